import { isCard } from '../devices/choose.ts';
import type { Precision } from '../../models/whisper/precision.ts';
import type { Device } from '../../models/whisper/device.ts';
import { precisionsOf } from '../device-ladder.ts';
import { standardLayout, type Layout } from '../device.ts';

/**
 * Windows decoded together that are tried. A card rounds by the size of a batch: it has the two sizes that its governor has,
 * since each size more could change a rare word.
 */
const BATCHES = { cpu: [1, 2, 4, 6, 8, 12], card: [4, 8] } as const;

/** Precisions whose speed is worth knowing beside a device's own. */
const BESIDE: Readonly<Record<'cpu' | 'card', readonly Precision[]>> = {
  cpu: ['int8-blocks', 'int4-blocks', 'fp32'],
  card: ['fp32'],
};

const kindOf = (device: Device): 'cpu' | 'card' => (isCard(device) ? 'card' : 'cpu');

/** The precisions that a device computes well, its own first. */
export const precisionsFor = (device: Device): readonly Precision[] => [
  ...precisionsOf(device),
  ...BESIDE[kindOf(device)],
];

/** The layouts by which a device's threads can be spread: over one engine, two, four … and one a thread; a card has one engine. */
export function spreads(device: Device, threads: number): Layout[] {
  const { batch } = standardLayout(device, threads);
  if (isCard(device)) {
    return [threads, Math.ceil(threads / 2)].map((each) => ({ engines: 1, threads: each, batch }));
  }
  const counts = [threads];
  for (let engines = 1; engines < threads; engines *= 2) counts.push(engines);
  return counts
    .sort((a, b) => a - b)
    .map((engines) => ({ engines, threads: Math.floor(threads / engines), batch }));
}

/** A layout with each number of windows decoded together that is tried. */
export const batchesOf = (device: Device, layout: Layout): Layout[] =>
  BATCHES[kindOf(device)].map((batch) => ({ ...layout, batch }));
