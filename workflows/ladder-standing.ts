import type { Rung } from './contract.ts';
import { startingRung, type LadderMemory } from './ladder-memory.ts';
import { namesOf, rungName } from './rung.ts';

/**
 * How a ladder stands, for current details: `2 int8 of 1 fp16, 2 int8`, an operator's ceiling, and whom it lacks. The
 * rung is the one that new chunks start on.
 */
export function ladderStanding({
  ladder,
  memory,
}: {
  readonly ladder: readonly Rung[];
  readonly memory: LadderMemory;
}): string {
  const { ceiling, unserved } = memory;
  const start = startingRung(memory, ladder);
  const name = (index: number): string => `${index + 1} ${rungName(ladder[index]!, ladder)}`;
  const isWaiting = ladder.every(({ queue }) => unserved.includes(queue));
  const lacks = `nobody serves ${unserved.join(', ')}`;
  return [
    ladder.length > 1 ? `${name(start)} of ${namesOf(ladder)}` : name(start),
    ...(ceiling > 0 ? [`ceiling ${name(ceiling)}`] : []),
    ...(unserved.length > 0 ? [isWaiting ? `waits: ${lacks}` : `passed over: ${lacks}`] : []),
  ].join(' · ');
}
