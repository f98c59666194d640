import type { Segment } from '../contract.ts';
import { endsSentence, FULL_WIDTH_MARK, IDEOGRAPH } from './break-marks.ts';
import { columnsOf } from './columns.ts';
import type { SectionedTranscript } from './format.ts';
import { isGap } from './gaps.ts';
import { oneLine } from './one-line.ts';

/** Segments that belong together. */
export interface Paragraph {
  /** Seconds. */
  readonly start: number;
  /** On one line. */
  readonly text: string;
}

/** Seconds of silence that end a paragraph. */
const PAUSE = 2;
/** Columns after which the next end of a sentence ends a paragraph, and after which any end of a segment does. */
const LONG = 600;
const TOO_LONG = 2 * LONG;

interface Open {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly columns: number;
  readonly isGap: boolean;
}

/**
 * The text in paragraphs: one ends with a sentence, before a pause or where it has grown long; where the text has no
 * marks, where it has grown twice as long. A gap is a paragraph of its own.
 */
export async function* paragraphsOf({ sections }: SectionedTranscript): AsyncIterable<Paragraph> {
  let open: Open | null = null;
  for await (const section of sections()) {
    for (const segment of section.segments) {
      const next = opened(segment, isGap(segment, section));
      if (next.text === '') continue;
      if (open === null || endsBefore(open, next)) {
        if (open !== null) yield { start: open.start, text: open.text };
        open = next;
      } else open = joined(open, next);
    }
  }
  if (open !== null) yield { start: open.start, text: open.text };
}

function opened({ start, end, text }: Segment, isGap: boolean): Open {
  const line = oneLine(text);
  return { start, end, text: line, columns: columnsOf(line), isGap };
}

function endsBefore(open: Open, next: Open): boolean {
  if (open.isGap || next.isGap || open.columns >= TOO_LONG) return true;
  const isDue = next.start - open.end >= PAUSE || open.columns >= LONG;
  return isDue && endsSentence(open.text, next.text);
}

const joined = (open: Open, next: Open): Open => ({
  ...open,
  end: next.end,
  text: open.text + joint(open.text, next.text) + next.text,
  columns: open.columns + next.columns,
});

/** A space, but for scripts that have none. */
function joint(before: string, after: string): '' | ' ' {
  const last = [...before.slice(-2)].at(-1) ?? '';
  const first = String.fromCodePoint(after.codePointAt(0) ?? 0);
  const isClose = IDEOGRAPH.test(last) && IDEOGRAPH.test(first);
  return isClose || FULL_WIDTH_MARK.test(last) || FULL_WIDTH_MARK.test(first) ? '' : ' ';
}
