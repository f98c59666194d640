import { shownName, type FigureName } from '../../../workflows/figures.ts';
import type { Exposition, Wanted } from './exposition.ts';
import { quantileOf } from './quantile.ts';

/** What half, 95 and 99 of a hundred values do not exceed; null where there are none. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** What a gpu worker has counted since it began. */
export interface DeviceStats {
  /** URL of the worker's endpoint. */
  readonly worker: string;
  readonly device: string;
  readonly engines: number;
  /** Chunks that the device transcribed, and those found in the store. */
  readonly transcribed: number;
  readonly found: number;
  /** Seconds from when an engine began with a chunk until it had its text. */
  readonly chunk: Percentiles;
  /** Seconds from when a chunk was scheduled until the worker took it. */
  readonly queueWait: Percentiles;
  /** Seconds of the device's work for a second of speech: of all of it, null before there was any, and of each chunk. */
  readonly realTimeFactor: { readonly mean: number | null } & Percentiles;
  /** Windows in the batches, of those that there could have been, 0…1; null before there was any. */
  readonly batchEfficiency: number | null;
  /** Bytes. */
  readonly memoryPeak: number;
  readonly outOfMemory: number;
  readonly errors: number;
}

/** What all workers have counted together. */
export interface TotalStats {
  readonly falls: number;
  readonly gaps: number;
  readonly retries: number;
  /** Failed attempts by code. */
  readonly errors: Readonly<Record<string, number>>;
  /** The part of a transcription's time that went to the text's steps, 0…1. */
  readonly textShare: Percentiles;
  readonly downloads: { readonly files: number; readonly failed: number; readonly bytes: number };
}

/** The devices of a worker's endpoint: one for a gpu worker, none for a media worker. */
export function devicesOf(worker: string, figures: Exposition): DeviceStats[] {
  return figures.labelled(shownName('longhand_engines'), 'device').map((device): DeviceStats => {
    const wanted = { device };
    const sum = (name: FigureName, part: '' | '_sum' = '') => figures.sum(shownName(name) + part, wanted);
    const engines = sum('longhand_engines');
    const chunks = (source: string) => figures.sum(shownName('longhand_chunks'), { ...wanted, source });
    const errors = figures.sumsBy(shownName('longhand_errors'), 'code');
    return {
      worker,
      device,
      engines,
      transcribed: chunks('device'),
      found: chunks('store'),
      chunk: percentilesOf(figures, 'longhand_chunk_duration', wanted),
      queueWait: percentilesOf(figures, 'longhand_queue_wait', { activity: 'transcribe' }),
      realTimeFactor: {
        mean: ratio(sum('longhand_batch_duration', '_sum'), engines * sum('longhand_chunk_audio', '_sum')),
        ...percentilesOf(figures, 'longhand_chunk_real_time_factor', wanted),
      },
      batchEfficiency: ratio(sum('longhand_batch_size', '_sum'), sum('longhand_batch_room')),
      memoryPeak: sum('longhand_memory_peak'),
      outOfMemory: errors.LH_OUT_OF_MEMORY ?? 0,
      errors: Object.values(errors).reduce((all, one) => all + one, 0),
    };
  });
}

/** What is in the figures of all workers, put together. */
export function totalsOf(figures: Exposition): TotalStats {
  const sum = (name: FigureName, wanted?: Wanted) => figures.sum(shownName(name), wanted);
  return {
    falls: sum('longhand_falls'),
    gaps: sum('longhand_gaps'),
    retries: sum('longhand_retries'),
    errors: figures.sumsBy(shownName('longhand_errors'), 'code'),
    textShare: percentilesOf(figures, 'longhand_text_time_ratio'),
    downloads: {
      files: sum('longhand_downloads', { outcome: 'done' }),
      failed: sum('longhand_downloads', { outcome: 'failed' }),
      bytes: sum('longhand_download'),
    },
  };
}

function percentilesOf(figures: Exposition, name: FigureName, wanted?: Wanted): Percentiles {
  const buckets = figures.buckets(shownName(name), wanted);
  const [p50 = null, p95 = null, p99 = null] = [0.5, 0.95, 0.99].map((part) => quantileOf(part, buckets));
  return { p50, p95, p99 };
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
