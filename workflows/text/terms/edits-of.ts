import type { Edit } from '../edit.ts';
import { characterAt, characterBefore } from '../letters.ts';
import { changes, spaced } from './changes.ts';
import { cover, type Match } from './cover.ts';
import { fold } from './fold.ts';
import type { Lexicon } from './lexicon.ts';
import type { Sounds } from './sound.ts';
import type { TermsOptions } from '../options.ts';
import { isWhole } from './whole.ts';

interface Wanted {
  readonly lexicon: Lexicon<string>;
  /** Null where nothing is found by its sound. */
  readonly sounds: Sounds | null;
  readonly letterCase: TermsOptions['case'];
}

type Fits = (end: number) => boolean;

/** A match by how it was found. */
interface Replacement extends Match<string> {
  readonly rule: 'term-as-listed' | 'heard-as-term' | 'by-sound';
}

/** One pass over a text. */
export function editsOf(text: string, { lexicon, sounds, letterCase }: Wanted): Edit[] {
  const { text: folded, at } = fold(text);
  const isWritten = (start: number, end: number, write: string) =>
    isAsListed(text.slice(at[start], at[end]), write, letterCase);
  const isTerm = (start: number, end: number, fits: Fits) => fits(end) && isWhole(folded, start, end);

  // What is written already is surer than what would have to be, and a spelling than a sound.
  const written = cover(folded.length, (from, fits) =>
    lexicon.longest(folded, from, (end, write) => isTerm(from, end, fits) && isWritten(from, end, write)),
  );
  const spelled = cover(
    folded.length,
    (from, fits) => lexicon.longest(folded, from, (end) => isTerm(from, end, fits)),
    written,
  );
  const sound = sounds?.soundOf(folded) ?? '';
  const heard = cover(
    folded.length,
    (from, fits) => sounds?.lexicon.longest(sound, from, (end) => isTerm(from, end, fits)) ?? null,
    spelled,
  );

  const isSpelled = new Set(spelled);
  const replacements = heard
    .filter(({ start, end, value }) => !isWritten(start, end, value))
    .map((match): Replacement => {
      const isListed = folded.slice(match.start, match.end) === fold(match.value).text;
      const rule = !isSpelled.has(match) ? 'by-sound' : isListed ? 'term-as-listed' : 'heard-as-term';
      return { value: match.value, rule, start: at[match.start]!, end: at[match.end]! };
    });
  return replace(text, replacements);
}

/** Whether `found` may stay as it is. */
const isAsListed = (found: string, write: string, letterCase: TermsOptions['case']): boolean =>
  letterCase === 'keep' ? found.toLowerCase() === write.toLowerCase() : found === write;

function replace(text: string, replacements: readonly Replacement[]): Edit[] {
  return replacements.flatMap(({ start, end, value, rule }, index) => {
    const last = replacements[index - 1];
    const before = last?.end === start ? last.value : text.slice(0, start);
    // The next one keeps itself apart from this one.
    const after = replacements[index + 1]?.start === end ? '' : characterAt(text, end);
    const write = spaced(value, characterBefore(before, before.length), after);
    return changes(text.slice(start, end), write, start, rule);
  });
}
