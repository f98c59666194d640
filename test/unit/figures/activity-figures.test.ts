import { MetricsBuffer, Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { codedFailures } from '../../../workers/coded-failures.ts';
import { activityFigures } from '../../../workers/figures/activity-figures.ts';
import { downloads } from '../../../workers/figures/downloads.ts';
import { measured } from '../../../workers/figures/measured.ts';
import type { ChunkAnswer, ChunkRequest, Rung } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { heard } from '../../support/window-result.ts';
import { quietEnvironment } from '../activities/environment.ts';

const buffer = new MetricsBuffer();
beforeAll(() => void Runtime.install({ shutdownSignals: [], telemetryOptions: { metrics: { buffer } } }));
afterAll(() => Runtime.instance().shutdown());
beforeEach(() => void recorded());

/** What was recorded of a figure since the last look: value and labels. */
function recorded(figure?: string): (readonly [number, Readonly<Record<string, unknown>>])[] {
  return [...buffer.retrieveUpdates()]
    .filter(({ metric }) => metric.name === figure)
    .map(({ value, attributes }) => [value, { ...attributes }] as const);
}

const rung: Rung = { model: 'base', revision: 'r', graph: 5, precision: 'int8', queue: 'gpu.base' };

describe('an activity', () => {
  const interceptors = [() => ({ inbound: activityFigures(0) }), () => ({ inbound: codedFailures })];
  const run = (
    activityType: string,
    act: (input: unknown) => Promise<unknown>,
    input: unknown,
    attempt = 1,
  ) => {
    const info = { activityType, attempt, currentAttemptScheduledTimestampMs: Date.now() - 1500 };
    return quietEnvironment({ interceptors }, info).run(act, input);
  };
  const fail = () => Promise.reject(new LonghandError('LH_DISK_FULL', 'Expected room'));

  it('is counted with what it waited for', async () => {
    await run('save', () => Promise.resolve(), null);
    const [[wait, labels] = [0, {}]] = recorded('longhand_queue_wait');
    expect(wait).toBeGreaterThanOrEqual(1.5);
    expect(wait).toBeLessThan(60);
    expect(labels).toEqual({ activity: 'save' });
  });

  it('that fails is counted by its code', async () => {
    await expect(run('save', fail, null)).rejects.toThrow('Expected room');
    expect(recorded('longhand_errors')).toEqual([[1, { activity: 'save', code: 'LH_DISK_FULL' }]]);
  });

  it('is a retry from its second attempt on', async () => {
    await run('save', () => Promise.resolve(), null);
    expect(recorded('longhand_retries')).toEqual([]);
    await run('save', () => Promise.resolve(), null, 2);
    expect(recorded('longhand_retries')).toEqual([[1, { activity: 'save' }]]);
  });

  it('that only looks is neither an error nor a retry', async () => {
    await expect(run('look', fail, null, 7)).rejects.toThrow();
    const names = [...buffer.retrieveUpdates()].map(({ metric }) => metric.name);
    expect(names).toContain('longhand_queue_wait');
    expect(names).not.toContain('longhand_errors');
    expect(names).not.toContain('longhand_retries');
  });

  it.each([
    ['device', 'cpu', false],
    ['store', 'store', true],
  ])('that gives a text from the %s says so', async (source, device, found) => {
    const request = { chunk: { spans: [] }, rung } as unknown as ChunkRequest;
    const answer = { result: {}, run: { device, found } } as unknown as ChunkAnswer;
    await run('transcribe', () => Promise.resolve(answer), request);
    const labels = { device, model: 'base', precision: 'int8', source };
    expect(recorded('longhand_chunks')).toEqual([[1, labels]]);
  });

  it('that finds no text in the store is no chunk', async () => {
    await run('recall', () => Promise.resolve(null), { chunk: { spans: [] }, rung });
    expect(recorded('longhand_chunks')).toEqual([]);
  });
});

it('a chunk waits until an engine begins with it, and takes from then on', async () => {
  const { signal } = new AbortController();
  const window = heard([]);
  const pcm = new Int16Array(8000);
  let now = 0;
  const took: number[] = [];
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  const transcribe = measured(
    'cuda:0',
    (_, __, ___, ____, onState) => {
      now = 1500;
      onState('encoding');
      now = 3000;
      onState('decoding');
      now = 4000;
      return Promise.resolve(window);
    },
    (seconds) => took.push(seconds),
  );
  const states: string[] = [];
  expect(await transcribe(rung, pcm, { language: 'en' }, signal, (state) => states.push(state), false)).toBe(
    window,
  );
  clock.mockRestore();
  expect(states).toEqual(['encoding', 'decoding']);
  const updates = [...buffer.retrieveUpdates()];
  const valueOf = (name: string) => updates.find(({ metric }) => metric.name === name)?.value;
  expect(valueOf('longhand_chunk_wait')).toBe(1.5);
  expect(valueOf('longhand_chunk_duration')).toBe(2.5);
  expect(took).toEqual([2.5]);
  expect(valueOf('longhand_chunk_audio')).toBe(0.5);
  expect(updates[0]?.attributes).toEqual({ device: 'cuda:0', model: 'base', precision: 'int8' });
});

it('what is fetched is counted in files and bytes, and what is not, as failed', () => {
  const { onDownload } = downloads('model');
  onDownload?.({ files: 3, bytes: 5e9 });
  onDownload?.(null);
  const updates = [...buffer.retrieveUpdates()].map(({ metric, value, attributes }) => [
    metric.name,
    value,
    { ...attributes },
  ]);
  expect(updates).toEqual([
    ['longhand_downloads', 3, { kind: 'model', outcome: 'done' }],
    ['longhand_download', 5e9, { kind: 'model' }],
    ['longhand_downloads', 1, { kind: 'model', outcome: 'failed' }],
  ]);
});
