import type { Bucket } from './exposition.ts';

/**
 * The value that a part `quantile`, 0…1, of a histogram's values does not exceed, as Prometheus's `histogram_quantile`
 * tells it: evenly spread within a bucket, and the last finite bound for what is beyond it. Null where there is no value.
 */
export function quantileOf(quantile: number, buckets: readonly Bucket[]): number | null {
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0) return null;
  const rank = quantile * total;
  const index = buckets.findIndex(({ count }) => count >= rank);
  const { bound, count } = buckets[index]!;
  const { bound: from, count: before } = buckets[index - 1] ?? { bound: 0, count: 0 };
  if (!Number.isFinite(bound)) return from;
  return count === before ? bound : from + ((bound - from) * (rank - before)) / (count - before);
}
