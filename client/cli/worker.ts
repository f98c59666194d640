import type { WorkerKind } from '../../workers/run.ts';
import type { WantedDevices } from '../../workers/devices/choose.ts';
import type { Listen } from '../../workers/figures/listen.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { DEFAULT_ADDRESS } from '../../workflows/defaults.ts';
import { chosenDevices } from './chosen-devices.ts';
import { refuseCpuOptions } from './cpu-options.ts';
import { writeJson } from './output.ts';
import type { Settings } from './settings.ts';

interface WorkerOptions {
  readonly devices: WantedDevices | undefined;
  readonly memory?: number;
  readonly reserve?: true;
  readonly governor?: string;
  readonly metrics?: Listen;
  readonly buildId?: string;
}

/** `longhand worker`: one worker, or a gpu worker for each device, until SIGTERM or Ctrl-C. Throws what stopped it. */
export async function worker(
  kind: WorkerKind,
  { devices: wanted, memory, reserve, governor, metrics, buildId }: WorkerOptions,
  { home, address, namespace, model, store, keep }: Settings,
  json: boolean,
): Promise<void> {
  const devices = kind === 'gpu' ? await chosenDevices(wanted ?? ['cpu']) : [];
  refuseCpuOptions(devices, { memory, reserve });
  if (governor !== undefined && kind !== 'gpu') {
    throw new LonghandError(
      'LH_OPTION_INVALID',
      'Expected `governor` for a gpu worker, got it for a media worker',
    );
  }
  if (buildId !== undefined && kind === 'gpu') {
    const message = 'Expected `buildId` for a media worker alone, got it for a gpu worker';
    throw new LonghandError('LH_OPTION_INVALID', message);
  }
  // The devices of a media worker are elsewhere: one that is named gives its ladder.
  const [device = null] = kind === 'gpu' || wanted === 'auto' ? devices : (wanted ?? []);
  const settings = {
    ...{ home, namespace, model, store, device, memory, reserve, governor, metrics, buildId, keep },
    address: address ?? DEFAULT_ADDRESS,
  };
  const report = json ? writeStatus : undefined;
  if (devices.length > 1) {
    const { runDevices } = await import('../../workers/devices/run.ts');
    return runDevices(devices, settings, report);
  }
  const { runWorker } = await import('../../workers/run.ts');
  await runWorker(kind, settings, report);
}

const writeStatus = (status: object): void => void writeJson(status);
