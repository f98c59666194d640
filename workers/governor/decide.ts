import type { BatchMemory } from '../../models/engine/protocol.ts';
import { percent, type Decision } from './decision.ts';
import { freeShare, keptOf, usedShare, type Reading } from './memory-use.ts';
import type { GovernorSettings } from './settings.ts';

/** Steps in which memory is given back: the models and what their sessions keep, then the engines' processes. */
const STEPS = ['nothing', 'models', 'processes'] as const;
export type Released = (typeof STEPS)[number];

/** What a governor remembers from one look to the next. */
export interface State {
  /** The most windows that an engine decodes together. */
  readonly limit: number;
  /** Since when memory would do for a larger batch, in milliseconds; null where it would not. */
  readonly calmSince: number | null;
  /** What has been given back since memory became short. */
  readonly released: Released;
}

/** What a decision goes by beside the reading. */
export interface Circumstances {
  readonly now: number;
  readonly need: BatchMemory;
  /** The least that the batch is halved to. */
  readonly floor: number;
  /** Whether it grows by doubling rather than by one: a card rounds by the size of a batch, so it has few sizes. */
  readonly doubles: boolean;
  /** Whether the last step of a release, or a maintenance, is still going on. */
  readonly isActing: boolean;
}

/** The least batch: below it a card is slower than it gains, and a CPU goes down to single windows. */
export const floorOf = (device: string, most: number): number => Math.min(most, device === 'cpu' ? 1 : 4);

/**
 * What to do after a look at the device: halve the batch above `high`, grow it for each time of calm; where the
 * least batch is still too much, give memory back one step a look, each once until memory is there again.
 */
export function decide(
  state: State,
  reading: Reading,
  circumstances: Circumstances,
  settings: GovernorSettings,
): { readonly state: State; readonly decision: Decision | null } {
  const { need, floor } = circumstances;
  const used = usedShare(reading, need, state.limit);
  if (used <= settings.high) return recover(state, reading, circumstances, settings);
  const tense = { ...state, calmSince: null };
  const reason = `${percent(used)} of memory in use, above ${percent(settings.high)}`;
  if (state.limit > floor) {
    const limit = Math.max(floor, Math.floor(state.limit / 2));
    return { state: { ...tense, limit }, decision: { kind: 'batch', reason, from: state.limit, to: limit } };
  }
  const free = freeShare(reading);
  const next = STEPS[STEPS.indexOf(state.released) + 1];
  const isWorthIt = next === 'models' || keptOf(reading, need, state.limit) > need.row;
  if (free >= settings.free || !next || !isWorthIt || circumstances.isActing)
    return { state: tense, decision: null };
  const short = `${reason}, with the least batch, and ${percent(free)} free, below ${percent(settings.free)}`;
  return {
    state: { ...tense, released: next },
    decision: { kind: 'release', reason: short, from: state.released, to: next },
  };
}

/** Takes models back in once there is calm, then lets the batch grow. */
function recover(
  state: State,
  reading: Reading,
  { now, need, doubles, isActing }: Circumstances,
  { calm, grow }: GovernorSettings,
): ReturnType<typeof decide> {
  const next = doubles ? 2 * state.limit : state.limit + 1;
  const larger = Math.min(next, Math.max(state.limit, need.most));
  const used = usedShare(reading, need, larger);
  if (used > calm) return { state: { ...state, calmSince: null }, decision: null };
  const reason = `${percent(used)} of memory in use with a batch of ${larger}, at most ${percent(calm)}`;
  if (state.released !== 'nothing') {
    if (isActing) return { state, decision: null };
    const decision: Decision = { kind: 'release', reason, from: state.released, to: 'nothing' };
    return { state: { ...state, calmSince: now, released: 'nothing' }, decision };
  }
  const calmSince = state.calmSince ?? now;
  if (larger === state.limit || now - calmSince < grow)
    return { state: { ...state, calmSince }, decision: null };
  return {
    state: { ...state, limit: larger, calmSince: now },
    decision: { kind: 'batch', reason, from: state.limit, to: larger },
  };
}
