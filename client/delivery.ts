import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { sourceKey } from '../activities/store/keys.ts';
import { processSpace } from '../activities/store/owner.ts';
import type { RemoteSource, Source, TranscriptionOptions } from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';
import { mediaPollers, type Poller } from './pollers.ts';
import { isShared, type GivenStore } from './given-store.ts';

/** How the workers get at a file of this machine. */
export type Delivery = 'shared disk' | 'upload' | 'impossible';

interface Surroundings {
  /** The workers that ask for work, and this process's own space. */
  readonly pollers: readonly Pick<Poller, 'space'>[];
  readonly space: string;
  /** Where the server is. */
  readonly address: string;
  /** URL of the store; null where none was given. */
  readonly store: string | null;
}

/**
 * Workers that are all on this host and see its processes share its disk. Where none is there yet, a server on this
 * host is taken for one whose workers will be here too, unless the store is one that spans machines.
 */
export function deliveryFor({ pollers, space, address, store }: Surroundings): Delivery {
  const shares =
    pollers.length > 0
      ? pollers.every((poller) => poller.space === space)
      : isLoopback(address) && !(store !== null && isShared(store));
  if (shares) return 'shared disk';
  return store === null ? 'impossible' : 'upload';
}

/**
 * The source as the workers can read it: where it lies on a disk they share, else uploaded to the store; what a worker
 * fetches stays as it is.
 * Throws LH_SOURCE_NOT_SHARED, LH_OPTION_INVALID where `out` names a folder of a disk they do not share, what the
 * store throws, LH_SOURCE_CHANGED where the file is no longer what was hashed, and the reason of `signal`, which ends
 * an upload.
 */
export async function deliver(
  source: Source | RemoteSource,
  options: TranscriptionOptions,
  { signal, ...place }: Place & { readonly signal: AbortSignal },
): Promise<Source | RemoteSource> {
  const { store } = place;
  const delivery = await deliveryTo(place);
  if (delivery === 'shared disk') return source;
  if (delivery === 'impossible' && source.sha256 !== null) {
    throw new LonghandError(
      'LH_SOURCE_NOT_SHARED',
      `Expected workers that share the disk of ${fileURLToPath(source.uri)}, or a \`store\` to upload it to, got neither`,
    );
  }
  refuseOut(options);
  if (source.sha256 === null) return source;
  const key = sourceKey(source.sha256);
  await (await store.open()).putCopy(key, fileURLToPath(source.uri), source.sha256, { signal });
  return { ...source, uri: `store:${key}` };
}

/** Throws LH_OPTION_INVALID where `out` names a folder of a disk that the workers do not share. */
export async function demandSharedOut(
  options: Pick<TranscriptionOptions, 'out'>,
  place: Place,
): Promise<void> {
  if (options.out !== null && (await deliveryTo(place)) !== 'shared disk') refuseOut(options);
}

/** Where the workers are looked for, and the store that was given. */
interface Place {
  readonly client: Client;
  readonly address: string;
  readonly store: GivenStore;
}

async function deliveryTo({ client, address, store }: Place): Promise<Delivery> {
  const [pollers, space] = await Promise.all([mediaPollers(client), processSpace()]);
  return deliveryFor({ pollers, space, address, store: store.url });
}

function refuseOut({ out }: Pick<TranscriptionOptions, 'out'>): void {
  if (out === null) return;
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected no \`out\`, since the workers do not share this disk: use \`download()\`; got \`${out}\``,
  );
}

/** Whether a `host:port` is of this machine itself. */
function isLoopback(address: string): boolean {
  const host = address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
