import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BatchSlots, tunerOf } from '../../../workers/governor/slots.ts';
import type { ChunkRequest, ChunkResult } from '../../../workflows/contract.ts';
import { until } from '../../support/until.ts';
import { Bench, requestOf } from './bench.ts';
import { makeFakes, said, SECONDS } from './fakes.ts';

const LIMIT = 90_000;
/** Long enough for a task that waits on the server to come, if it may. Milliseconds. */
const A_WHILE = 500;

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(() => bench[Symbol.asyncDispose]());

it(
  'a worker runs as many chunks as it has slots, more at once when they grow, and fewer as chunks end',
  async () => {
    const running: (() => void)[] = [];
    const transcribe = (request: ChunkRequest) =>
      new Promise<ChunkResult>((resolve) => running.push(() => resolve(said(request))));
    const endAll = () => running.splice(0).forEach((end) => end());
    const slots = new BatchSlots(2);
    const fakes = makeFakes({ sections: [400 * SECONDS], transcribe });
    const expectRunning = async (count: number) => {
      await until(() => running.length >= count, `Expected ${count} chunks to run`);
      await setTimeout(A_WHILE);
      expect(running).toHaveLength(count);
    };
    const work = async () => {
      const handle = await bench.start(requestOf());
      await expectRunning(2);
      slots.resize(5);
      await expectRunning(5);
      slots.resize(1);
      await expectRunning(5);
      endAll();
      await expectRunning(1);
      slots.resize(0);
      endAll();
      await expectRunning(0);
      slots.resize(20);
      const ending = setInterval(endAll, 20);
      const result: unknown = await handle.result().finally(() => clearInterval(ending));
      expect(result).toMatchObject({ gaps: 0, segments: 20 });
    };
    await bench.with(fakes, work, 'test', { tuner: tunerOf(slots) });
  },
  LIMIT,
);
