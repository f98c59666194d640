/** The health check of a worker's container: fails unless the server sees this container's worker polling. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Connection } from '@temporalio/client';
import { MEDIA_QUEUE, repliesQueue } from '../workflows/contract.ts';
import { DEFAULT_ADDRESS, DEFAULT_MODEL, DEFAULT_NAMESPACE } from '../workflows/defaults.ts';
import { stillPolls, type ListedPoller } from '../workflows/pollers.ts';
import { activityPollers } from './activity-pollers.ts';
import { queueOf } from './settings.ts';

/** What a worker's container runs. */
interface Served {
  readonly address: string;
  readonly namespace: string;
  readonly queue: string;
  /** Begins the worker's identity, as `workerIdentity` writes it. */
  readonly role: string;
}

/** What `longhand worker` and `longhand consume` take, as far as an argument is told from it, as the command line declares it. */
const FLAGS = {
  address: { type: 'string' },
  namespace: { type: 'string' },
  store: { type: 'string' },
  model: { type: 'string', short: 'm' },
  device: { type: 'string' },
  devices: { type: 'string' },
  'build-id': { type: 'string' },
  memory: { type: 'string' },
  reserve: { type: 'boolean' },
  'keep-recordings': { type: 'string' },
  'keep-results': { type: 'string' },
  governor: { type: 'string' },
  metrics: { type: 'string' },
  broker: { type: 'string' },
  exchange: { type: 'string' },
  'dead-letters': { type: 'string' },
  prefetch: { type: 'string' },
  'most-open': { type: 'string' },
  'tls-ca': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
} as const;

/**
 * Reads the command of a container: the words of its first process, and the environment. Null where it runs no
 * worker.
 */
export function readServed(words: readonly string[], env: NodeJS.ProcessEnv): Served | null {
  const at = words.findIndex((word) => word === 'worker' || word === 'consume');
  if (at < 0) return null;
  const { values, positionals } = parseArgs({ args: words.slice(at + 1), options: FLAGS, strict: false });
  const [first = ''] = positionals;
  const isConsumer = words[at] === 'consume' && first !== '';
  if (!isConsumer && first !== 'media' && first !== 'gpu') return null;
  // A variable that is set to nothing is not set.
  const told = (value: unknown): string | undefined =>
    typeof value === 'string' && value !== '' ? value : undefined;
  const model = told(values.model) ?? DEFAULT_MODEL;
  return {
    address: told(values.address) ?? told(env.LONGHAND_ADDRESS) ?? DEFAULT_ADDRESS,
    namespace: told(values.namespace) ?? told(env.LONGHAND_NAMESPACE) ?? DEFAULT_NAMESPACE,
    ...(isConsumer
      ? { queue: repliesQueue(first), role: 'consumer' }
      : {
          queue: first === 'media' ? MEDIA_QUEUE : queueOf({ model, reserve: values.reserve === true }),
          role: first,
        }),
  };
}

/** Whether one of them is the worker of that role on that host, and still polls at `now`. */
export function isServedHere(
  pollers: readonly ListedPoller[],
  role: string,
  host: string,
  now: Date,
): boolean {
  return pollers.some((poller) => {
    const identity = poller.identity ?? '';
    return identity.startsWith(role) && identity.includes(`@${host} `) && stillPolls(poller, now);
  });
}

async function pollersOf({ address, namespace, queue }: Served): Promise<ListedPoller[]> {
  const connection = await Connection.connect({ address, connectTimeout: '5s' });
  try {
    return await connection.withDeadline(Date.now() + 5000, () =>
      activityPollers(connection, namespace, queue),
    );
  } finally {
    await connection.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = (await readFile('/proc/1/cmdline', 'utf8')).split('\0');
  const served = readServed(words, process.env);
  if (served !== null && !isServedHere(await pollersOf(served), served.role, hostname(), new Date())) {
    process.stderr.write(`No worker of this container polls ${served.queue} at ${served.address}\n`);
    process.exitCode = 1;
  }
}
