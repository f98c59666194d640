/**
 * Every figure that workers count: its name, unit, labels and meaning. `docs/figures.md` is made from this table.
 */
import type { MetricMeter } from '@temporalio/common';

/** Units as they end a figure's name in Prometheus; null for plain numbers. */
type Unit = 'seconds' | 'bytes' | null;

interface FigureRow<Label extends string = string> {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly unit: Unit;
  /** Of few values each: never an ID. */
  readonly labels: readonly Label[];
  /** Upper bounds of a histogram's buckets. */
  readonly buckets: readonly number[];
  /** One sentence for the documentation and the endpoint. */
  readonly meaning: string;
}

const counter = <L extends string>(
  labels: readonly L[],
  meaning: string,
  unit: Unit = null,
): FigureRow<L> => ({
  kind: 'counter',
  unit,
  labels,
  buckets: [],
  meaning,
});

const gauge = <L extends string>(labels: readonly L[], meaning: string, unit: Unit = null): FigureRow<L> => ({
  kind: 'gauge',
  unit,
  labels,
  buckets: [],
  meaning,
});

const histogram = <L extends string>(
  labels: readonly L[],
  meaning: string,
  unit: Unit,
  buckets: readonly number[],
): FigureRow<L> => ({ kind: 'histogram', unit, labels, buckets, meaning });

/** Seconds, of what takes from a hundredth of one to ten minutes. */
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 10, 15, 20, 30, 60, 120, 300, 600];
/** The same, of what a queue that is long has wait for up to a day. */
const WAITS = [...SECONDS, 1800, 3600, 4 * 3600, 24 * 3600];
/** Seconds, of what takes up to a day. */
const LONG_SECONDS = [0.01, 0.1, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600];
/** Seconds of a chunk's speech. */
const SPEECH = [1, 2, 5, 10, 15, 20, 25, 30];
/** Seconds of work for one of speech: from what a card takes to what no device should. */
const FACTORS = [
  ...[0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075],
  ...[0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2, 5],
];
/** Parts of 1, finest around the hundredth that the steps of the text may take at most. */
const PARTS = [
  ...[0.0005, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.008],
  ...[0.01, 0.0125, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1],
];
const ROWS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64];

const RUNG = ['device', 'model', 'precision'] as const;
const BATCH = ['device', 'precision'] as const;

export const FIGURES = {
  // Every worker.
  longhand_queue_wait: histogram(
    ['activity'],
    'From when the server scheduled an attempt at an activity until a worker began it.',
    'seconds',
    WAITS,
  ),
  longhand_retries: counter(['activity'], 'Attempts at activities after their first.'),
  longhand_errors: counter(
    ['activity', 'code'],
    'Attempts at activities that failed, by the code of the error.',
  ),
  longhand_chunks: counter(
    [...RUNG, 'source'],
    'Chunks given a text: by the `device`, or found in the `store`, where nothing was computed.',
  ),
  longhand_downloads: counter(
    ['kind', 'outcome'],
    'Files of models and tools, or sources, that were fetched (`done`), and sources of them that did not deliver (`failed`).',
  ),
  longhand_download: counter(['kind'], 'Bytes of what was fetched.', 'bytes'),

  // A gpu worker.
  longhand_chunk_wait: histogram(
    RUNG,
    'From when a device was given a chunk until an engine began with it.',
    'seconds',
    SECONDS,
  ),
  longhand_chunk_duration: histogram(
    RUNG,
    'From when an engine began with a chunk until it had its text: waits are apart.',
    'seconds',
    SECONDS,
  ),
  longhand_chunk_audio: histogram(RUNG, 'Speech in the chunks that a device transcribed.', 'seconds', SPEECH),
  longhand_chunk_real_time_factor: histogram(
    BATCH,
    "Seconds of work of a device for a second of a chunk's speech: of a batch each chunk has its part, of the device each engine.",
    null,
    FACTORS,
  ),
  longhand_batch_duration: histogram(
    BATCH,
    'What an engine took for a batch; the sum is its time at work.',
    'seconds',
    SECONDS,
  ),
  longhand_batch_size: histogram(BATCH, 'Windows decoded together in a batch.', null, ROWS),
  longhand_batch_room: counter(
    BATCH,
    'Windows that the batches could have had, as their engines were started.',
  ),
  longhand_engines: gauge(['device'], 'Engines that compute on a device.'),
  longhand_engine_ends: counter(
    ['device', 'code'],
    'Engine processes that ended while their worker ran, by the code of the cause.',
  ),
  longhand_decisions: counter(
    ['device', 'kind'],
    'What the governor of a device decided, in a dry run as well: its `batch`, memory given back or taken again (`release`), beginning and end of a `maintenance`, precisions left to lower rungs (`ceiling`).',
  ),
  longhand_memory_peak: gauge(
    ['device'],
    'The most memory held since the worker began, at the looks of its governor: of a processor what its engines had, of a card what it had in use.',
    'bytes',
  ),

  // A media worker.
  longhand_falls: counter(
    ['model', 'precision', 'code'],
    'Chunks that went one rung down, by the rung they left and the code of the error.',
  ),
  longhand_gaps: counter(['code'], 'Chunks that no rung gave a text, by the code of the last error.'),
  longhand_stage_duration: histogram(
    ['stage'],
    'What finished transcriptions took: to `ingest`, to `transcribe`.',
    'seconds',
    LONG_SECONDS,
  ),
  longhand_text_time_ratio: histogram(
    [],
    "The part of a finished transcription's time, from its start to its outputs, that the steps of the text worked; of one that heard its speech.",
    null,
    PARTS,
  ),
} as const satisfies Readonly<Record<string, FigureRow>>;

export type FigureName = keyof typeof FIGURES;
export type Labels<N extends FigureName> = Readonly<Record<(typeof FIGURES)[N]['labels'][number], string>>;

/** A figure's name as Prometheus shows it. */
export function shownName(name: FigureName): string {
  const { kind, unit } = FIGURES[name];
  return [name, unit, kind === 'counter' ? 'total' : null].filter((part) => part !== null).join('_');
}

/** Adds to a counter, sets a gauge, or puts a value into a histogram. Counters count whole numbers. */
export function record<N extends FigureName>(
  meter: MetricMeter,
  name: N,
  value: number,
  labels: Labels<N>,
): void {
  const { kind, unit, meaning }: FigureRow = FIGURES[name];
  const named = unit ?? undefined;
  if (kind === 'counter') meter.createCounter(name, named, meaning).add(value, labels);
  // A gauge alone has no unit added to its name.
  else if (kind === 'gauge') meter.createGauge(shownName(name), 'int', named, meaning).set(value, labels);
  else meter.createHistogram(name, 'float', named, meaning).record(value, labels);
}
