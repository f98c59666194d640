import { allowedErrors } from '../../support/comparison.ts';
import type { Run } from '../measure.ts';
import type { Row } from './rows.ts';

/** What a reader must know beside the table: unfair runs, and accuracy by language against what is allowed. */
export function notesOf(runs: readonly Run[], rows: readonly Row[], ours: string): string[] {
  const found = runs
    .filter((run) => run.found > 0)
    .map(
      (run) => `${run.label}: ${run.found} chunks were in the store already, so the time is not a fair one`,
    );
  const languages = rows
    .filter(({ label, contender }) => label.startsWith('languages') && contender === ours)
    .flatMap(({ label, errors, units }) => {
      const peer = rows.find((row) => row.label === label && row.contender !== ours);
      if (!peer) return [];
      const allowed = allowedErrors(peer.errors, units);
      return [`${label}: ${errors} of ${units} units wrong, ${peer.errors} by the peer, ${allowed} allowed`];
    });
  return [...found, ...languages];
}

/** How much faster `ours` was than `peer` in each case that both ran, by their median wall times. */
export function pairNotes(rows: readonly Row[], ours: string, peer: string): string[] {
  return rows
    .filter(({ contender }) => contender === ours)
    .flatMap(({ label, seconds }) => {
      const other = rows.find((row) => row.label === label && row.contender === peer);
      return other ? [`${label}: ${ours}, is ${(other.seconds / seconds).toFixed(2)} × ${peer}`] : [];
    });
}
