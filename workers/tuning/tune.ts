import type { Device } from '../../models/whisper/device.ts';
import type { Precision } from '../../models/whisper/precision.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { standardLayout, type Layout } from '../device.ts';
import { batchesOf, spreads } from './layouts.ts';

/** What a layout did. */
export interface Speed {
  /** Seconds of speech done in a second. */
  readonly realTime: number;
  /** Bytes that its engines hold with full batches. */
  readonly memory: number;
}

/** One layout that was tried at a precision. */
export interface Measurement extends Layout {
  readonly precision: Precision;
  /** Null where it does not fit into memory. */
  readonly speed: Speed | null;
}

/** The best layout of a device, and what it was found among. */
export interface Tuning {
  readonly best: Layout & { readonly precision: Precision; readonly speed: Speed };
  /** How many times as fast as the standard layout it is: 1 where it is that one, null where that one does not fit. */
  readonly gain: number | null;
  /** In the order in which they were tried, the standard layout first. */
  readonly measured: readonly Measurement[];
}

interface Parts {
  readonly device: Device;
  /** Of the machine. */
  readonly threads: number;
  /** The layout is for the first; the others are measured with it, to be compared. */
  readonly precisions: readonly Precision[];
  /** What a layout does at a precision; null where it does not fit into memory. */
  readonly measure: (layout: Layout, precision: Precision) => Promise<Speed | null>;
  readonly onMeasured: (measurement: Measurement) => void;
}

/** What another layout must be faster by than the standard one: less is what two runs of one layout differ by. */
export const WORTH = 1.05;

/**
 * Finds how a device does most: first how its threads are best spread over engines, then, with that, how many windows are
 * best decoded together. What is clearly faster than the standard layout takes its place where it is so a second time,
 * since others may have used the machine during the first.
 * @throws LH_OUT_OF_MEMORY where none fits.
 */
export async function tune({ device, threads, precisions, measure, onMeasured }: Parts): Promise<Tuning> {
  const [own, ...others] = precisions as [Precision, ...Precision[]];
  const measured: Measurement[] = [];
  const look = async ({ engines, threads, batch }: Layout, precision: Precision): Promise<Measurement> => {
    const layout = { engines, threads, batch, precision };
    const one = { ...layout, speed: await measure(layout, precision) };
    measured.push(one);
    onMeasured(one);
    return one;
  };
  const standard = await look(standardLayout(device, threads), own);
  let fastest = standard;
  const lookAtAll = async (layouts: readonly Layout[]): Promise<void> => {
    for (const layout of layouts.filter((one) => !measured.some((other) => isSame(one, other))))
      fastest = faster(fastest, await look(layout, own));
  };
  const spread = spreads(device, threads);
  await lookAtAll(spread);
  // Where none fits, a smaller batch of the fewest engines does first.
  await lookAtAll(batchesOf(device, fastest.speed ? fastest : (spread[0] ?? fastest)));
  const gains = [gainOf(fastest, standard)];
  if (gainOf(fastest, standard) >= WORTH) {
    const again = await look(standard, own);
    gains.push(gainOf(await look(fastest, own), again));
  }
  const gain = Math.min(...gains);
  const chosen = gain >= WORTH ? fastest : standard;
  const { speed, ...layout } = chosen;
  if (!speed) {
    const message = `Expected room for one window of ${own} on ${device}, but none of ${measured.length} layouts fits`;
    throw new LonghandError('LH_OUT_OF_MEMORY', message);
  }
  for (const precision of others) await look(layout, precision);
  const isGain = chosen !== standard;
  return { best: { ...layout, speed }, gain: !isGain ? 1 : standard.speed ? gain : null, measured };
}

const isSame = (a: Layout, b: Layout): boolean =>
  a.engines === b.engines && a.threads === b.threads && a.batch === b.batch;

const realTimeOf = ({ speed }: Measurement): number => speed?.realTime ?? 0;

const gainOf = (one: Measurement, standard: Measurement): number =>
  realTimeOf(one) === 0 ? 0 : realTimeOf(one) / realTimeOf(standard);

const faster = (a: Measurement, b: Measurement): Measurement => (realTimeOf(b) > realTimeOf(a) ? b : a);
