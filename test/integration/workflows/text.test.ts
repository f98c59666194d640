/** The post-processing as the workflow runs it. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApplicationFailure } from '@temporalio/common';
import { Runtime, Worker } from '@temporalio/worker';
import type { TranscriptionRequest, TranscriptionResult } from '../../../workflows/contract.ts';
import { readPipeline, type TextStep } from '../../../workflows/text/pipeline.ts';
import { unpackSection } from '../../../workflows/unpack.ts';
import { readBundle } from '../../../workers/bundle.ts';
import { ROOT } from '../../support/root.ts';
import { Bench, requestOf } from './bench.ts';
import { makeFakes, said, SECONDS, type Fakes } from './fakes.ts';

let bench: Bench;
/** What transcriptions have recorded of their steps' part of their time. */
const shares: number[] = [];
beforeAll(async () => {
  bench = await Bench.start();
  const { metricMeter } = Runtime.instance();
  const create = metricMeter.createHistogram.bind(metricMeter);
  vi.spyOn(metricMeter, 'createHistogram').mockImplementation((name, ...others) => ({
    ...create(name, ...others),
    record: (value) => void (name === 'longhand_text_time_ratio' && shares.push(value)),
  }));
});
afterAll(() => bench[Symbol.asyncDispose]());

const CHINESE = '我们在二零二六年三月五号见面，她的头发很长。';
/** Sections in which everything that is said is `CHINESE`. */
const speaking = (sections: readonly number[]): Fakes =>
  makeFakes({
    sections,
    transcribe: (request) =>
      said(request, { language: 'zh', segments: [{ start: 0, end: SECONDS, text: CHINESE }] }),
  });
const steps = readPipeline([{ step: 'script', to: 'tw' }, { step: 'numbers' }]);
/** As `steps`, with a list that is too long for the input of every section. */
const longSteps = readPipeline([
  ...steps,
  { step: 'terms', terms: Array.from({ length: 500 }, (_, index) => `Longhand ${index}`) },
]);

const textsIn = ({ saved }: Fakes): string[] =>
  [...saved.values()].flatMap((section) => unpackSection(section).segments.map(({ text }) => text));
const expected = '我們在2026年3月5日見面，她的頭髮很長。';

describe('a section after its steps', () => {
  it('is saved as it was heard, with what is changed in it', async () => {
    const fakes = speaking([20 * SECONDS]);
    shares.length = 0;
    const began = performance.now();
    const { result } = await bench.transcribe(fakes, { text: steps });
    const wall = (performance.now() - began) / 1000;
    const [section] = [...fakes.saved.values()];
    expect(section?.segments.map(({ text }) => text)).toEqual([CHINESE]);
    expect(section?.changes?.map(({ step }) => step)).toEqual(['script', 'numbers']);
    expect(textsIn(fakes)).toEqual([expected]);
    expect(result.segments).toBe(1);
    expect(fakes.published[0]?.header.options.text).toEqual(steps);
    const { took } = fakes.published[0]!.report;
    expect(took.text).toBeGreaterThan(0);
    expect(took.text).toBeLessThanOrEqual(took.transcribe);
    expect(shares).toHaveLength(1);
    expect(shares[0]).toBeGreaterThanOrEqual(took.text / wall);
    expect(shares[0]).toBeLessThanOrEqual(took.text / (took.ingest + took.transcribe));
  });

  it('is in the preview as it has become', async () => {
    const fakes = speaking([20 * SECONDS]);
    const { workflowId } = await bench.transcribe(fakes, { text: steps });
    await bench.with(fakes, async () => {
      expect(await bench.client.workflow.getHandle(workflowId).query('preview')).toBe(expected);
    });
  });

  it('is without steps as before there were any', async () => {
    const fakes = speaking([20 * SECONDS]);
    await bench.transcribe(fakes);
    expect([...fakes.saved.values()][0]).not.toHaveProperty('changes');
    expect(textsIn(fakes)).toEqual([CHINESE]);
  });
});

it.each([
  ['short', steps, 0],
  ['long', longSteps, 1],
])('a %s pipeline reaches every section of a long recording', async (_, text, kept) => {
  const fakes = speaking([20 * SECONDS, 20 * SECONDS, 20 * SECONDS]);
  const { workflowId } = await bench.transcribe(fakes, { text });
  expect(textsIn(fakes)).toEqual([expected, expected, expected]);
  const { events } = await bench.history(workflowId);
  const keeping = events?.filter(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'keepPipeline',
  );
  expect(keeping).toHaveLength(kept);
});

it.each([
  [{ step: 'script', version: 1 }, '`text[0].to` to be one of cn, t, tw, twp, hk, got nothing'],
  [{ step: 'unicode' }, '`text[0].version` to be a version, which the client decides, got nothing'],
])('a pipeline of %j ends the workflow before anything is done', async (step, message) => {
  const fakes = speaking([20 * SECONDS]);
  const failed = await bench
    .transcribe(fakes, { text: [step as unknown as TextStep] })
    .catch((error: unknown) => error);
  const { type, message: said } = (failed as Error).cause as ApplicationFailure;
  expect([type, said]).toEqual(['LH_PIPELINE_INVALID', `Expected ${message}`]);
  expect(fakes.requests).toEqual([]);
});

it('other steps of a finished transcript give what they give of the source, and hear nothing again', async () => {
  const fakes = speaking([20 * SECONDS, 20 * SECONDS]);
  const { result } = await bench.transcribe(fakes);
  const { job, recording, ladder, language } = result;
  const heard = fakes.requests.length;
  shares.length = 0;
  const request: TranscriptionRequest = {
    ...requestOf({ text: steps }),
    reprocess: { job, recording, ladder, language },
  };
  const reprocessed = await bench.with(fakes, async () => {
    const handle = await bench.start(request);
    return (await handle.result()) as TranscriptionResult;
  });
  expect(fakes.requests).toHaveLength(heard);
  // Of its time the steps' part says nothing.
  expect(shares).toEqual([]);
  const anew = speaking([20 * SECONDS, 20 * SECONDS]);
  const { result: direct } = await bench.transcribe(anew, { text: steps });
  const sectionsOf = ({ saved }: Fakes, of: string) =>
    // Sections are saved in whichever order they end.
    [...saved]
      .sort(([a], [b]) => a.localeCompare(b))
      .flatMap(([key, section]) => (key.startsWith(`jobs/${of}/`) ? [section] : []));
  expect(sectionsOf(fakes, reprocessed.job)).toEqual(sectionsOf(anew, direct.job));
  expect({ ...reprocessed, job: '' }).toEqual({ ...direct, job: '' });
  expect(fakes.published.at(-1)?.header).toEqual({
    ...anew.published[0]!.header,
    source: fakes.published.at(-1)!.header.source,
  });
});

it('ten minutes of fast Chinese take every step far below the time that an activation has', async () => {
  const line = '嗯，我们在二零二六年三月五号下午三点二十分见面,那个头发很长的人说百分之三点五。';
  // 400 characters a minute.
  const lines = Math.ceil(4000 / line.length);
  const fakes = makeFakes({
    sections: [600 * SECONDS],
    chunk: 600 * SECONDS,
    transcribe: (request) =>
      said(request, {
        language: 'zh',
        segments: Array.from({ length: lines }, (_, index) => ({
          start: index * SECONDS,
          end: (index + 1) * SECONDS,
          text: line,
        })),
      }),
  });
  const text = readPipeline([
    { step: 'unicode' },
    { step: 'script', to: 'twp' },
    { step: 'punctuation', style: 'full' },
    { step: 'numbers' },
    { step: 'fillers' },
    { step: 'terms', terms: Array.from({ length: 5000 }, (_, index) => `术语${index}`), sound: true },
    { step: 'guards' },
  ]);
  const { workflowId } = await bench.transcribe(fakes, { text });
  const { took } = fakes.published[0]!.report;
  // The server ends an activation after 5 s.
  expect(took.text).toBeLessThan(5);
  expect(textsIn(fakes)[0]).toContain('2026年3月5日');
  // Another process gives the same bytes: a replay that did not would fail.
  const history = await bench.history(workflowId);
  // In the bundle that is built, pinyin is loaded when it is needed first.
  const workflowBundle = await readBundle(join(ROOT, 'dist/workflows.bundle.js.gz'));
  await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
});
