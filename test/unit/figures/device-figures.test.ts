import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { MetricsBuffer, Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { engineFigures } from '../../../workers/figures/device-figures.ts';
import { memoryPeak } from '../../../workers/figures/memory-peak.ts';

const buffer = new MetricsBuffer();
beforeAll(() => void Runtime.install({ shutdownSignals: [], telemetryOptions: { metrics: { buffer } } }));
afterAll(() => Runtime.instance().shutdown());

/** All that was recorded since the last look: name, value and labels. */
const recorded = () =>
  [...buffer.retrieveUpdates()].map(({ metric, value, attributes }) => [
    metric.name,
    value,
    { ...attributes },
  ]);

it('a batch is counted in seconds, in its windows, and in those that it could have had', () => {
  engineFigures('cpu', 2).onBatch?.({ precision: 'int8', rows: 3, room: 6, took: 1500 });
  const labels = { device: 'cpu', precision: 'int8' };
  expect(recorded()).toEqual([
    ['longhand_batch_duration', 1.5, labels],
    ['longhand_batch_size', 3, labels],
    ['longhand_batch_room', 6, labels],
  ]);
});

it.each([
  [1, 0.05],
  [2, 0.025],
])(
  'ten seconds of speech that take half a second of one of %d engines are %d of the device',
  (engines, factor) => {
    engineFigures('cuda:0', engines).onWindow?.({ precision: 'fp16', samples: 160_000, took: 500 });
    const labels = { device: 'cuda:0', precision: 'fp16' };
    expect(recorded()).toEqual([['longhand_chunk_real_time_factor', factor, labels]]);
  },
);

it('the peak of a card is the most that was in use', () => {
  const told = memoryPeak('cuda:1', () => []);
  for (const free of [90, 30, 60, 20]) told({ total: 100, free });
  const peaks = recorded().map(([, value]) => value);
  expect(peaks).toEqual([10, 70, 80]);
});

it('the peak of a processor is the most that its engines ever had, together', async () => {
  const had = 300 * 2 ** 20;
  // It holds the memory no more when it is looked at.
  const script = `let held = Buffer.alloc(${had}, 1); held = null; gc(); console.log(); setInterval(() => {}, 1000)`;
  const child = spawn(process.execPath, ['--expose-gc', '--eval', script]);
  try {
    await once(child.stdout, 'data');
    memoryPeak('cpu', () => [child.pid!, child.pid!, 2 ** 30])({ total: 1, free: 1 });
  } finally {
    child.kill();
  }
  const [[name, peak, labels] = []] = recorded();
  expect([name, labels]).toEqual(['longhand_memory_peak_bytes', { device: 'cpu' }]);
  expect(peak).toBeGreaterThan(2 * had);
  expect(peak).toBeLessThan(3 * had);
});
