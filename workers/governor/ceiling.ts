import type { Precision } from '../../workflows/contract.ts';
import { percent } from './decision.ts';

/** When a device is too busy for its best precision, and when it is calm again. */
export interface CeilingSettings {
  /** Share of the device's time, 0–1, above which it is busy; and below which it is calm. */
  readonly busyLoad: number;
  readonly calmLoad: number;
  /** Seconds above which the 99th percentile of chunk times is slow; null: never. */
  readonly slowChunk: number | null;
  /** Seconds without a break before a busy device's ceiling is lowered, and a calm one's raised. */
  readonly busyFor: number;
  readonly calmFor: number;
}

/** What a device's load was at a moment. */
export interface LoadReading {
  /** Seconds of a steady clock. */
  readonly at: number;
  /** 0–1; null where the device does not say. */
  readonly load: number | null;
  /** The 99th percentile of its latest chunks' seconds, queue wait apart; null where too few have been. */
  readonly slowest: number | null;
}

/** How far a device is lowered: plain data. */
export interface Ceiling {
  /** How many of the device's precisions, best first, are refused to those that allow it. */
  readonly lowered: number;
  /** Why; null where nothing is lowered. */
  readonly reason: string | null;
  /** Since when it has been busy, or calm, without a break; null where it is not. */
  readonly busySince: number | null;
  readonly calmSince: number | null;
}

export const UNLOWERED: Ceiling = { lowered: 0, reason: null, busySince: null, calmSince: null };

/**
 * The ceiling after one more reading. One step at a time: each has to be busy, or calm, for its whole while again, so that
 * what is between the two changes nothing and no device flaps. `most`: how many precisions may be refused at all.
 */
export function adjustCeiling(
  ceiling: Ceiling,
  reading: LoadReading,
  most: number,
  settings: CeilingSettings,
): Ceiling {
  const { at } = reading;
  const reason = whyBusy(reading, settings);
  const isCalm = reason === null && (reading.load === null || reading.load < settings.calmLoad);
  const busySince = reason === null ? null : (ceiling.busySince ?? at);
  const calmSince = isCalm ? (ceiling.calmSince ?? at) : null;
  if (busySince !== null && at - busySince >= settings.busyFor && ceiling.lowered < most) {
    return { lowered: ceiling.lowered + 1, reason, busySince: at, calmSince: null };
  }
  if (calmSince !== null && at - calmSince >= settings.calmFor && ceiling.lowered > 0) {
    const lowered = ceiling.lowered - 1;
    return { lowered, reason: lowered === 0 ? null : ceiling.reason, busySince: null, calmSince: at };
  }
  return { ...ceiling, busySince, calmSince };
}

function whyBusy({ load, slowest }: LoadReading, { busyLoad, slowChunk }: CeilingSettings): string | null {
  if (load !== null && load > busyLoad) return `its load is ${percent(load)}, above ${percent(busyLoad)}`;
  if (slowest === null || slowChunk === null || slowest <= slowChunk) return null;
  return `99 % of its chunks take up to ${slowest.toFixed(1)} s, above ${slowChunk} s`;
}

/** Why a precision is refused under a ceiling; null where it is not. `precisions`: those of the device, best first. */
export function refusal(
  { lowered, reason }: Ceiling,
  precision: Precision,
  precisions: readonly Precision[],
): string | null {
  const place = precisions.indexOf(precision);
  if (place < 0 || place >= lowered) return null;
  return `The device leaves ${precision} to a lower rung: ${reason}`;
}
