import { shownName, type FigureName } from '../../../workflows/figures.ts';
import type { Exposition } from './exposition.ts';
import { quantileOf } from './quantile.ts';

/** Seconds that half, 95 and 99 of a hundred values do not exceed; null where there are none. */
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
  readonly chunk: Percentiles;
  /** From when a chunk was scheduled until the worker took it. */
  readonly queueWait: Percentiles;
  /** Seconds of the device's work for a second of speech; null before there was any. */
  readonly realTimeFactor: number | null;
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
  /** The part of transcribing that went to the text's steps, 0…1; null before a transcription ended. */
  readonly textShare: number | null;
  readonly downloads: { readonly files: number; readonly failed: number; readonly bytes: number };
}

/** The devices of a worker's endpoint: one for a gpu worker, none for a media worker. */
export function devicesOf(worker: string, figures: Exposition): DeviceStats[] {
  return figures.labelled(shownName('longhand_engines'), 'device').map((device): DeviceStats => {
    const wanted = { device };
    const sum = (name: FigureName, part: '' | '_sum' = '') => figures.sum(shownName(name) + part, wanted);
    const percentiles = (name: FigureName, of: Readonly<Record<string, string>>): Percentiles => {
      const buckets = figures.buckets(shownName(name), of);
      const [p50 = null, p95 = null, p99 = null] = [0.5, 0.95, 0.99].map((part) => quantileOf(part, buckets));
      return { p50, p95, p99 };
    };
    const engines = sum('longhand_engines');
    const chunks = (source: string) => figures.sum(shownName('longhand_chunks'), { ...wanted, source });
    const errors = figures.sumsBy(shownName('longhand_errors'), 'code');
    return {
      worker,
      device,
      engines,
      transcribed: chunks('device'),
      found: chunks('store'),
      chunk: percentiles('longhand_chunk_duration', wanted),
      queueWait: percentiles('longhand_queue_wait', { activity: 'transcribe' }),
      realTimeFactor: ratio(
        sum('longhand_batch_duration', '_sum'),
        engines * sum('longhand_chunk_audio', '_sum'),
      ),
      batchEfficiency: ratio(sum('longhand_batch_size', '_sum'), sum('longhand_batch_room')),
      memoryPeak: sum('longhand_memory_peak'),
      outOfMemory: errors.LH_OUT_OF_MEMORY ?? 0,
      errors: Object.values(errors).reduce((all, one) => all + one, 0),
    };
  });
}

export function totalsOf(all: readonly Exposition[]): TotalStats {
  const sum = (name: string, wanted?: Readonly<Record<string, string>>) =>
    all.reduce((total, figures) => total + figures.sum(name, wanted), 0);
  const stage = (name: string) => sum(`${shownName('longhand_stage_duration')}_sum`, { stage: name });
  const downloads = (outcome: string) => sum(shownName('longhand_downloads'), { outcome });
  const errors: Record<string, number> = {};
  for (const figures of all) {
    for (const [code, count] of Object.entries(figures.sumsBy(shownName('longhand_errors'), 'code'))) {
      errors[code] = (errors[code] ?? 0) + count;
    }
  }
  return {
    falls: sum(shownName('longhand_falls')),
    gaps: sum(shownName('longhand_gaps')),
    retries: sum(shownName('longhand_retries')),
    errors,
    textShare: ratio(stage('text'), stage('transcribe')),
    downloads: {
      files: downloads('done'),
      failed: downloads('failed'),
      bytes: sum(shownName('longhand_download')),
    },
  };
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
