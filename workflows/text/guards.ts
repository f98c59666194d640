import { applyEdits, type Edit } from './edit.ts';
import { inventedIn } from './guards/invented.ts';
import { lettersOf } from './guards/compared.ts';
import { withoutLoops } from './guards/loops.ts';
import { isNumeral } from './guards/numerals.ts';
import { isDoubtful, isSupported, isTooFast } from './guards/support.ts';
import { tokensOf } from './guards/tokens.ts';
import { guards as named, type NoOptions } from './options.ts';
import type { Step, TextSegment } from './step.ts';

/** Segments of the same text, one behind the other, all of them doubtful, from which on one is left. */
const REPEATED = 4;

/**
 * Takes out what recognisers invent. `invented-credits`: a segment that is nothing but what subtitlers sign with, unless
 * the audio supports it. `invented-thanks`: one that is nothing but how videos end, where two of three speak against it:
 * likely no speech, an unsure recogniser, an impossible rate. `loop`: all but the first of a phrase that is repeated, where
 * nobody says it so fast or two of those three speak against it. `repeated-segment`: the same again and again, where two do.
 */
export const guards: Step<NoOptions> = {
  ...named,
  edits: (segments) => {
    const guarded = segments.map(guard);
    for (const index of repeatedIn(segments, guarded))
      guarded[index] = dropped(segments[index]!, 'repeated-segment');
    return guarded.map(({ edits }) => edits);
  },
};

interface Guarded {
  readonly edits: readonly Edit[];
  /** What is left. */
  readonly text: string;
}

function guard(segment: TextSegment): Guarded {
  const cut = withoutLoopsIn(segment);
  const invented = inventedIn(cut.text);
  const isDropped =
    (invented === 'credits' && !isSupported(cut.text, segment)) ||
    (invented === 'thanks' && isDoubtful(cut.text, segment));
  return isDropped ? dropped(segment, `invented-${invented}`) : cut;
}

const dropped = ({ text }: TextSegment, rule: string): Guarded => ({
  edits: [{ start: 0, end: text.length, text: '', rule }],
  text: '',
});

function withoutLoopsIn(segment: TextSegment): Guarded {
  const { text } = segment;
  if (!isTooFast(text, segment) && !isDoubtful(text, segment)) return { edits: [], text };
  const tokens = tokensOf(text);
  const kept = new Set(withoutLoops(tokens));
  const edits: Edit[] = [];
  let before = 0;
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (kept.has(token)) before = token.end;
    else if (!next || kept.has(next)) edits.push({ start: before, end: token.end, text: '', rule: 'loop' });
  }
  return { edits, text: edits.length === 0 ? text : applyEdits({ text }, edits).text };
}

/** The segments that say what `REPEATED` or more in a row say, but for the first of the row. */
function repeatedIn(segments: readonly TextSegment[], guarded: readonly Guarded[]): number[] {
  const repeated: number[] = [];
  let row: number[] = [];
  let said = '';
  const end = (): void => {
    if (row.length >= REPEATED) repeated.push(...row.slice(1));
    row = [];
  };
  for (const [index, { text }] of guarded.entries()) {
    if (text === '') continue;
    const letters = isDoubtful(text, segments[index]!) ? lettersOf(text) : '';
    if (letters !== said) end();
    said = letters;
    if (letters !== '' && !tokensOf(text).every(({ key }) => isNumeral(key))) row.push(index);
  }
  end();
  return repeated;
}
