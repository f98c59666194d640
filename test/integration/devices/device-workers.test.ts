import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Device } from '../../../models/whisper/device.ts';
import { DeviceWorkers } from '../../../workers/devices/device-workers.ts';
import type { WorkerStart } from '../../../workers/kept-worker.ts';
import type { Status } from '../../../workers/status.ts';
import { until } from '../../support/until.ts';

const LOST = 'Expected to compute on a card, but the driver is lost.';
/** Says that it is ready while its file is there, else that its device is missing, as a gpu worker does. */
const WORKER = `
  const { existsSync } = require('node:fs');
  process.once('disconnect', () => process.exit(1));
  const failed = { type: 'failed', code: 'LH_DEVICE_MISSING', message: ${JSON.stringify(LOST)} };
  if (existsSync(process.argv[1])) process.send({ type: 'ready' });
  else process.send(failed, () => setTimeout(() => process.exit(1), 100));
`;

let folder: string;
let workers: DeviceWorkers | undefined;
let told: Status[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-test-'));
  told = [];
});
afterEach(async () => {
  await workers?.stop();
  await rm(folder, { recursive: true });
});

const fileOf = (device: Device): string => join(folder, device.replace(':', ''));
const mend = (device: Device): Promise<void> => writeFile(fileOf(device), '');
const fail = (device: Device): Promise<void> => rm(fileOf(device));

/** Processes of their own; `pids` of those that run. */
function start(devices: readonly Device[], code = WORKER): Map<Device, number | undefined> {
  const pids = new Map<Device, number | undefined>();
  const startOf = (device: Device): WorkerStart => ({
    args: ['-e', code, fileOf(device)],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    onStart: ({ pid }) => pids.set(device, pid),
    lastError: () => Promise.resolve('no such luck'),
  });
  const starts = new Map(devices.map((device) => [device, startOf(device)]));
  workers = new DeviceWorkers(starts, (status) => told.push(status));
  return pids;
}

const lines = (): string[] => told.flatMap((status) => (status.type === 'notice' ? status.text : []));
const said = (line: RegExp, times = 1): Promise<true> =>
  until(
    () => lines().filter((one) => line.test(one)).length >= times,
    () => `Expected ${line} ${times} times, got ${JSON.stringify(told)}`,
  );
const kinds = (): string[] => told.map(({ type }) => type).filter((type) => type !== 'notice');
const heard = (type: Status['type']): Promise<true> =>
  until(
    () => kinds().includes(type),
    () => `Expected ${type}, got ${JSON.stringify(told)}`,
  );

it('a device that fails leaves the pool, is looked for again and comes back, while another works on', async () => {
  await mend('cuda:1');
  const pids = start(['cuda:0', 'cuda:1']);
  await heard('ready');
  expect(lines().sort()).toEqual([
    `cuda:0 has left the pool, and is looked for again: LH_DEVICE_MISSING: ${LOST}`,
    'cuda:1 is ready',
  ]);
  const other = pids.get('cuda:1');
  await mend('cuda:0');
  await said(/^cuda:0 is back in the pool$/);
  expect(pids.get('cuda:1')).toBe(other);
  expect(kinds()).toEqual(['ready']);
});

it('a device whose worker is killed has another, and says so', async () => {
  await Promise.all([mend('cuda:0'), mend('cpu')]);
  const pids = start(['cuda:0', 'cpu']);
  await heard('ready');
  process.kill(pids.get('cuda:0')!, 'SIGKILL');
  await said(/^cuda:0 has lost its worker \(SIGKILL\); another is started$/);
  await said(/^cuda:0 is ready$/, 2);
  expect(kinds()).toEqual(['ready']);
});

it('that no device is left is told once, and so is the return of one', async () => {
  const pids = start(['cuda:0', 'cuda:1']);
  await heard('failed');
  await mend('cuda:1');
  await heard('ready');
  await fail('cuda:1');
  process.kill(pids.get('cuda:1')!, 'SIGKILL');
  await said(/^cuda:1 has left the pool/, 2);
  expect(kinds()).toEqual(['failed', 'ready', 'failed']);
  expect(told.find(({ type }) => type === 'failed')).toMatchObject({ code: 'LH_DEVICE_MISSING' });
  expect(lines().filter((line) => line.startsWith('cuda:0'))).toHaveLength(1);
});

it('a device whose worker ends again and again without a word has failed', async () => {
  start(['cuda:0', 'cuda:1'], 'process.exit(7)');
  await heard('failed');
  expect(told.find(({ type }) => type === 'failed')).toEqual({
    type: 'failed',
    code: 'LH_SUPERVISOR_FAILED',
    message: 'Expected the gpu worker to start, but it ended 4 times: no such luck',
  });
  expect(lines()).toContain('cuda:0 has lost its worker (exit status 7); another is started');
});

it('a device alone is not spoken of as one of a pool', async () => {
  start(['cuda:0']);
  await heard('failed');
  await mend('cuda:0');
  await heard('ready');
  expect(told.map(({ type }) => type)).toEqual(['failed', 'ready']);
});

it('the end leaves no process', async () => {
  await mend('cuda:1');
  const pids = start(['cuda:0', 'cuda:1']);
  await heard('ready');
  await workers?.stop();
  for (const pid of pids.values()) expect(() => process.kill(pid!, 0)).toThrow('ESRCH');
});
