import { runWorker, type WorkerKind } from '../../workers/run.ts';
import type { Device } from '../../models/whisper/device.ts';
import { DEFAULT_ADDRESS } from '../../workflows/defaults.ts';
import { writeJson } from './output.ts';
import type { Settings } from './settings.ts';

/** `longhand worker`: one worker in this process, until SIGTERM or Ctrl-C. Throws what stopped it. */
export async function worker(
  kind: WorkerKind,
  device: Device | null,
  { home, address, namespace, model, store }: Settings,
  json: boolean,
): Promise<void> {
  const where = { home, address: address ?? DEFAULT_ADDRESS, namespace, model, store, device };
  await runWorker(kind, where, json ? writeStatus : undefined);
}

const writeStatus = (status: object): void => void writeJson(status);
