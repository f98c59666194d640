import { expect, it } from 'vitest';
import { saturatesProducts } from '../../../models/whisper/cpu-flags.ts';
import { poolOf } from '../../../workers/device-ladder.ts';
import { workerIdentity } from '../../../workers/identity.ts';

type Connection = Parameters<typeof poolOf>[1];
type Settings = Parameters<typeof poolOf>[0];

/** The server's clock, which is another than this machine's. */
const NOW = Date.now() - 3_600_000;

/** A server whose queue is polled under these identities. */
const polledBy = (...identities: string[]) =>
  ({
    workflowService: {
      describeTaskQueue: () =>
        Promise.resolve({
          pollers: identities.map((identity) => ({
            identity: identity.replace(/^dead /, ''),
            lastAccessTime: { seconds: NOW / 1000 - (identity.startsWith('dead ') ? 180 : 20) },
          })),
        }),
    },
  }) as unknown as Connection;

const pool = { device: null, namespace: 'default' };

const deviceLadder = (model: string, settings: Settings, server: Connection) =>
  poolOf(settings, server).precisionsOf(model);

it('is that of the device named, whoever polls', async () => {
  const server = polledBy(await workerIdentity('gpu.cuda:0'));
  expect(await deviceLadder('base', { ...pool, device: 'cpu' }, server)).toEqual([
    saturatesProducts() ? 'int7' : 'int8',
  ]);
  expect(await deviceLadder('base', { ...pool, device: 'cuda:1' }, polledBy())).toEqual([
    'fp16',
    'int8-fp16',
  ]);
});

it('is that of the best device of a pool, in any order', async () => {
  const [cpu, cuda] = [await workerIdentity('gpu.cpu'), await workerIdentity('gpu.cuda:3')];
  expect(await deviceLadder('base', pool, polledBy(cpu))).toEqual(['int8']);
  expect(await deviceLadder('base', pool, polledBy(cpu, cuda))).toEqual(['fp16', 'int8-fp16']);
  expect(await deviceLadder('base', pool, polledBy(cuda, cpu))).toEqual(['fp16', 'int8-fp16']);
});

it('is one that every processor of a pool computes exactly', async () => {
  const [cpu, cpu7] = [await workerIdentity('gpu.cpu'), await workerIdentity('gpu.cpu7')];
  expect(await deviceLadder('base', pool, polledBy(cpu, cpu7))).toEqual(['int7']);
  expect(await deviceLadder('base', pool, polledBy(cpu7, await workerIdentity('gpu.cuda:0')))).toEqual([
    'fp16',
    'int8-fp16',
  ]);
});

it('is not decided by a worker that has not asked for minutes', async () => {
  const server = polledBy(`dead ${await workerIdentity('gpu.cuda:3')}`, await workerIdentity('gpu.cpu'));
  expect(await deviceLadder('base', pool, server)).toEqual(['int8']);
});

it('waits for a pool that nobody has joined', async () => {
  await expect(deviceLadder('base', pool, polledBy())).rejects.toMatchObject({ code: 'LH_QUEUE_UNSERVED' });
});

it('says what serves a queue, where anybody does', async () => {
  const { precisionsOn, isCpu } = poolOf(pool, polledBy(await workerIdentity('gpu.cpu7')));
  expect([isCpu, await precisionsOn('cpu.base')]).toEqual([false, ['int7']]);
  expect(await poolOf(pool, polledBy()).precisionsOn('cpu.base')).toBeNull();
  // Busy for minutes, and not forgotten by the server.
  const busy = polledBy(`dead ${await workerIdentity('gpu.cuda:3')}`);
  expect(await poolOf(pool, busy).precisionsOn('gpu.base')).toEqual(['fp16', 'int8-fp16']);
  expect(poolOf({ ...pool, device: 'cpu' }, polledBy()).isCpu).toBe(true);
});
