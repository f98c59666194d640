import type { Device } from '../../../models/whisper/device.ts';
import type { Precision } from '../../../models/whisper/precision.ts';
import type { Layout } from '../../../workers/device.ts';
import { WORTH, type Measurement, type Tuning } from '../../../workers/tuning/tune.ts';
import { gigabytes } from '../display/describe.ts';

/** A layout as `tune --json` shows it; null in both places where it does not fit into memory. */
interface MeasuredDocument extends Layout {
  readonly precision: Precision;
  readonly realTime: number | null;
  /** Bytes. */
  readonly memory: number | null;
}

/** A device as `tune --json` shows it, one line each. */
export interface TuneDocument {
  readonly device: Device;
  readonly hardware: string;
  readonly model: string;
  /** Where the layout is kept. */
  readonly file: string;
  readonly best: MeasuredDocument;
  /** How many times as fast as without tuning: 1 where that is the best, null where that does not fit. */
  readonly gain: number | null;
  /** Hours of speech a day, where it is busy for 70 % of the time. */
  readonly hoursPerDay: number;
  /** In the order in which they were tried: the first is that of a device that is not tuned. */
  readonly measured: readonly MeasuredDocument[];
}

/** The share of a day that a device may be busy, so that work does not pile up (docs/scaling.md). */
const BUSY = 0.7;
const WIDTHS = [7, 7, 5, 11, 11];

export const HEADER = columns(['ENGINES', 'THREADS', 'BATCH', 'PRECISION', '× REAL TIME', 'MEMORY']);

export const rowOf = ({ engines, threads, batch, precision, speed }: Measurement): string =>
  columns([
    ...[engines, threads, batch, precision].map(String),
    ...(speed ? [speed.realTime.toFixed(1), gigabytes(speed.memory)] : ['–', 'does not fit']),
  ]);

/** What the best layout is, what to expect of it, and which precision would be faster. */
export function conclusion({ best, gain, measured }: Tuning): string[] {
  const { engines, threads, batch, precision, speed } = best;
  const faster = measured.filter(
    (one) => one.precision !== precision && (one.speed?.realTime ?? 0) >= WORTH * speed.realTime,
  );
  return [
    `Best: ${engines} × ${threads} threads, batches of ${batch}: ${changeOf(gain)}`,
    `Expect ${speed.realTime.toFixed(0)} times real time at ${precision} in ${gigabytes(speed.memory)}: ` +
      `${hoursPerDay(speed.realTime)} hours of speech a day, busy for ${percent(BUSY)} of it`,
    ...faster.map((one) => {
      const times = ((one.speed?.realTime ?? 0) / speed.realTime).toFixed(1);
      return `--ladder ${one.precision} would be ${times} times as fast, with another text: docs/engine.md`;
    }),
  ];
}

function changeOf(gain: number | null): string {
  if (gain === null) return 'without tuning a full batch does not fit';
  return gain === 1 ? 'as without tuning' : `${percent(gain - 1)} faster than without tuning`;
}

export function documentOf(
  where: Pick<TuneDocument, 'device' | 'hardware' | 'model' | 'file'>,
  { best, gain, measured }: Tuning,
): TuneDocument {
  return {
    ...where,
    best: measuredDocument(best),
    gain,
    hoursPerDay: hoursPerDay(best.speed.realTime),
    measured: measured.map(measuredDocument),
  };
}

const measuredDocument = ({ speed, ...layout }: Measurement): MeasuredDocument => ({
  ...layout,
  realTime: speed?.realTime ?? null,
  memory: speed?.memory ?? null,
});

const hoursPerDay = (realTime: number): number => Math.round(24 * BUSY * realTime);

const percent = (share: number): string => `${Math.round(100 * share)} %`;

function columns(cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0))
    .join('  ')
    .trimEnd();
}
