import type { BatchMemory } from '../../models/engine/protocol.ts';

/** What a device says of itself. Memory in bytes. */
export interface Reading {
  readonly total: number;
  readonly free: number;
  /** What the engines hold of it, with what they keep and do not use; null where that cannot be told. */
  readonly own: number | null;
  /** Share of its time that it computes, 0…1; null where that cannot be told. */
  readonly load: number | null;
  /** Degrees Celsius; null where that cannot be told. */
  readonly temperature: number | null;
}

/**
 * The share of a device's memory that others use, or that we do when each engine runs a batch of `limit`. What ONNX
 * Runtime keeps beyond that is free to us.
 */
export function usedShare(reading: Reading, need: BatchMemory, limit: number): number {
  const own = ownOf(reading, need);
  const others = Math.max(0, reading.total - reading.free - own);
  return (others + liveOf(need, limit)) / reading.total;
}

export const freeShare = ({ free, total }: Reading): number => free / total;

/** Bytes that the engines hold and do not need for batches of `limit`. */
export const keptOf = (reading: Reading, need: BatchMemory, limit: number): number =>
  ownOf(reading, need) - liveOf(need, limit);

const liveOf = ({ held, row }: BatchMemory, limit: number): number => held + limit * row;

/** Where it cannot be told: what the largest batch takes, which stays with them. */
const ownOf = ({ own }: Reading, need: BatchMemory): number => own ?? liveOf(need, need.most);
