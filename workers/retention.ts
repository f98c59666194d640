import { setTimeout } from 'node:timers/promises';
import { Client, type ConnectionLike } from '@temporalio/client';
import { payloadCodecs } from '../activities/payloads/converter.ts';
import { inUseOf, sweepStore, type Keep } from '../activities/retention/sweep.ts';
import type { Store } from '../activities/store/store.ts';
import { openTranscriptions } from '../activities/payloads/open-transcriptions.ts';
import { answerOf } from './asked-server.ts';
import { toCoded, type Report } from './status.ts';

/** Milliseconds from one sweep to the next, and by how much of it the workers of a server keep apart. */
const INTERVAL = 3600_000;
const JITTER = 0.2;

interface RetentionDeps {
  readonly store: Store;
  readonly connection: ConnectionLike;
  readonly namespace: string;
  readonly report: Report;
}

/**
 * Sweeps the store now and each hour, until it is aborted; any number of workers may do so at once. What stands in the way
 * of a sweep is told, and the next one tries again.
 */
export async function keepRetention(
  keep: Keep,
  { store, connection, namespace, report }: RetentionDeps,
  signal: AbortSignal,
): Promise<void> {
  const client = new Client({ connection, namespace, dataConverter: { payloadCodecs: payloadCodecs() } });
  while (!signal.aborted) {
    try {
      // First who is open, then how old things are: what begins in between renews their age.
      const open = await answerOf('which transcriptions are open', openTranscriptions(client));
      const { files, bytes } = await sweepStore(keep, { store, inUse: inUseOf(open), now: Date.now() });
      const size = `${(bytes / 1e6).toFixed(1)} MB`;
      if (files > 0)
        report({
          type: 'notice',
          text: `Retention: deleted ${files} file${files === 1 ? '' : 's'}, ${size}`,
        });
    } catch (error) {
      const { code, message } = toCoded(error);
      report({ type: 'notice', text: `Retention: nothing more deleted for now: ${code}: ${message}` });
    }
    const pause = INTERVAL * (1 + JITTER * (Math.random() - 0.5));
    await setTimeout(pause, null, { signal, ref: false }).catch(() => undefined);
  }
}
