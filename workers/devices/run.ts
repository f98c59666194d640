import { once } from 'node:events';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Device } from '../../models/whisper/device.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { plainLine, readLogSettings } from '../figures/log.ts';
import { SERVICE_GRACE } from '../grace.ts';
import type { WorkerStart } from '../kept-worker.ts';
import { queueOf, type WorkerSettings } from '../settings.ts';
import { statusLines } from '../status-lines.ts';
import type { Report, Status } from '../status.ts';
import { DeviceWorkers, settingsOn } from './device-workers.ts';

type Failure = Status & { readonly type: 'failed' };

/** Milliseconds from the end of the grace until a process that has not ended is killed. */
const KILLED_AFTER = 5000;

/**
 * Runs a gpu worker on each of several devices, a process each, until SIGINT or SIGTERM, as `runWorker` runs one; says what
 * each does in lines that begin with its name. Rejects with the coded error of a device where none of them ever started.
 */
export async function runDevices(
  devices: readonly Device[],
  settings: WorkerSettings,
  report: Report = () => undefined,
): Promise<void> {
  const isJson = readLogSettings().format === 'json';
  const write = (line: string) => void process.stderr.write(`${line}\n`);
  const say = isJson ? (line: string) => write(plainLine(line)) : write;
  const sayStatus = statusLines(say);
  const { metrics } = settings;
  const told = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const each = devices.map((device, index) => ({
    ...settingsOn(device, devices, settings),
    metrics: metrics && { ...metrics, port: metrics.port + index },
  }));
  const queues = [...new Set(each.map(queueOf))].join(', ');
  const starts = devices.map(
    (device, index) =>
      [device, startOf(each[index]!, isJson ? write : (line) => write(`${device}: ${line}`))] as const,
  );
  let fail: (status: Failure) => void;
  const failure = new Promise<Failure>((resolve) => (fail = resolve));
  let wasReady = false;
  const workers = new DeviceWorkers(new Map(starts), (status) => {
    if (status.type === 'failed') {
      return wasReady ? say('No device is left; each is looked for again') : fail(status);
    }
    sayStatus(status);
    report(status);
    if (status.type !== 'ready') return;
    wasReady = true;
    say(`Ready: serving ${queues} in ${settings.namespace} at ${settings.address}`);
  });
  const failed = await Promise.race([failure, told.then(() => null)]);
  if (failed === null) say('Ending: finishing what runs');
  await workers.stop(SERVICE_GRACE + KILLED_AFTER);
  if (failed !== null) throw new LonghandError(failed.code, failed.message);
  say('Ended');
}

/** How the process of one device is started; `say` hears each line that it says by itself. */
function startOf(settings: WorkerSettings, say: (line: string) => void): WorkerStart {
  const extension = extname(fileURLToPath(import.meta.url));
  const entry = fileURLToPath(new URL(`../gpu-service${extension}`, import.meta.url));
  let last = 'it said nothing';
  return {
    args: [...process.execArgv, entry, JSON.stringify(settings)],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    onStart: ({ stderr }) => {
      if (!stderr) return;
      createInterface({ input: stderr }).on('line', (line) => {
        last = line;
        say(line);
      });
    },
    lastError: () => Promise.resolve(last),
  };
}
