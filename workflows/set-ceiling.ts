import { ApplicationFailure } from '@temporalio/common';
import { defineUpdate } from '@temporalio/workflow';
import type { Rung } from './contract.ts';
import type { ErrorCode } from './errors.ts';
import { findRung, namesOf } from './rung.ts';

/**
 * Sets the highest rung that new chunks start on: its number, counted from 1, or its name (`int8`, `tiny.en:int8`,
 * `int8@cpu`). Gives the rung. Chunks that wait in a task queue already stay there. Waits for the ladder to be resolved.
 */
export const setCeilingUpdate = defineUpdate<Rung, [string]>('setCeiling');

/** Index of the rung that is wanted. Throws LH_OPTION_INVALID as a failure, which refuses an update. */
export function demandRung(wanted: unknown, ladder: readonly Rung[]): number {
  const index = typeof wanted === 'string' ? findRung(wanted, ladder) : null;
  if (index !== null) return index;
  throw ApplicationFailure.nonRetryable(
    `Expected the ceiling to be a rung of the ladder (${namesOf(ladder)}), by its number or its name, got ` +
      `\`${typeof wanted === 'string' ? wanted : JSON.stringify(wanted)}\``,
    'LH_OPTION_INVALID' satisfies ErrorCode,
  );
}
