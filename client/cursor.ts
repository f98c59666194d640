import { LonghandError } from '../workflows/errors.ts';

/** A place in what `follow` gives: before which section of which run. */
export interface Cursor {
  readonly runId: string;
  /** Number of the section to go on with, from 0. */
  readonly section: number;
}

const CURSOR = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,9})$/;

export const writeCursor = ({ runId, section }: Cursor): string => `${runId}.${section}`;

/** Throws LH_OPTION_INVALID. */
export function readCursor(cursor: string): Cursor {
  const [, runId, section] = CURSOR.exec(cursor) ?? [];
  if (runId !== undefined) return { runId, section: Number(section) };
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected \`cursor\` to be one that follow() gave, got \`${cursor}\``,
  );
}
