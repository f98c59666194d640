import { runWorker, type WorkerKind } from '../../workers/run.ts';
import type { Device } from '../../models/whisper/device.ts';
import type { Listen } from '../../workers/figures/listen.ts';
import { DEFAULT_ADDRESS } from '../../workflows/defaults.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { writeJson } from './output.ts';
import type { Settings } from './settings.ts';

/** `longhand worker`: one worker in this process, until SIGTERM or Ctrl-C. Throws what stopped it. */
export async function worker(
  kind: WorkerKind,
  {
    device,
    memory,
    reserve,
    governor,
    metrics,
  }: {
    readonly device: Device | null;
    readonly memory: number | undefined;
    readonly reserve: true | undefined;
    readonly governor: string | undefined;
    readonly metrics: Listen | undefined;
  },
  { home, address, namespace, model, store }: Settings,
  json: boolean,
): Promise<void> {
  for (const [option, value] of Object.entries({ memory, reserve })) {
    if (value === undefined || (kind === 'gpu' && (device ?? 'cpu') === 'cpu')) continue;
    throw new LonghandError(
      'LH_OPTION_INVALID',
      `Expected \`${option}\` for a gpu worker on the CPU alone, got it for ${kind === 'gpu' ? device : 'a media worker'}`,
    );
  }
  if (governor !== undefined && kind !== 'gpu') {
    throw new LonghandError(
      'LH_OPTION_INVALID',
      'Expected `governor` for a gpu worker, got it for a media worker',
    );
  }
  const where = {
    home,
    address: address ?? DEFAULT_ADDRESS,
    namespace,
    model,
    store,
    device,
    memory,
    reserve,
    governor,
    metrics,
  };
  await runWorker(kind, where, json ? writeStatus : undefined);
}

const writeStatus = (status: object): void => void writeJson(status);
