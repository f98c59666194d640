import type { Edit } from './edit.ts';
import { hesitations, type Hesitation } from './fillers/find.ts';
import { isCloser, isEnder, isOpener, type Side } from './fillers/sides.ts';
import { fillers as named, type NoOptions } from './options.ts';
import type { Step } from './step.ts';

/**
 * Takes out what is said while somebody thinks: `um`, `euh`, 嗯, 那个. Only where it stands alone, with the marks that
 * belong to it, so that one separator stays: `So, um, I think` becomes `So, I think`.
 *
 * A sentence that is nothing but 嗯 or `hmm` is an answer and stays, and so is one of them right behind a question, which
 * the segment before may have asked; a sentence that is nothing but `um` or 呃 goes, and a segment may become empty by it.
 */
export const fillers: Step<NoOptions> = {
  ...named,
  edits: (segments) =>
    segments.map(({ text, language }, index) => {
      const isAsked = ASKED.test(segments[index - 1]?.text.trimEnd().slice(-1) ?? '');
      return apart(
        hesitations(text, language)
          .filter((hesitation) => !isReply(hesitation, isAsked))
          .flatMap((hesitation) => without(text, hesitation)),
      );
    }),
};

const ASKED = /^[?？]/;

const isReply = ({ answers, left: { bound } }: Hesitation, isAsked: boolean): boolean =>
  answers && bound !== null && (bound === '' ? isAsked : ASKED.test(bound));

/** Two sentences that go, one behind the other, both take the space between them. */
function apart(edits: readonly Edit[]): Edit[] {
  return edits.map((edit, index) => ({ ...edit, start: Math.max(edit.start, edits[index - 1]?.end ?? 0) }));
}

function without(text: string, { start, end, left, right, answers }: Hesitation): Edit[] {
  const enders = endersAt(text, right);
  // `Um?` asks and `Hmm!` exclaims.
  if (/[?？!！]/.test(enders)) return [];
  if (left.bound === null) {
    if (right.bound !== null) return takeOut(text, left.at, end);
    const keepsLeft = left.comma ? left.space || !right.space : !right.comma;
    return keepsLeft && left.at < start ? takeOut(text, start, right.at) : takeOut(text, left.at, end);
  }
  if (right.bound === null) {
    return [...takeOut(text, start, right.at), ...capital(text, start, right.at)];
  }
  if (answers || isOpener(left.bound)) return [];
  if (right.bound !== '' && !isEnder(right.bound)) return takeOut(text, left.at, end);
  let to = right.at + enders.length;
  if (isCloser(text.charAt(to))) return takeOut(text, left.at, to);
  while (/\s/.test(text.charAt(to))) to += 1;
  return to < text.length ? takeOut(text, start, to) : takeOut(text, left.at, to);
}

function endersAt(text: string, { at }: Side): string {
  let to = at;
  while (isEnder(text.charAt(to))) to += 1;
  return text.slice(at, to);
}

/** The space before what is taken out goes in place of the one behind it: it belongs to the same word. */
function takeOut(text: string, start: number, end: number): Edit[] {
  const shift = start > 0 && text[start - 1] === ' ' && text[end - 1] === ' ' ? 1 : 0;
  return [{ start: start - shift, end: end - shift, text: '', rule: 'filler' }];
}

/** The capital of a filler goes to the word that now begins its sentence; `iPhone` has its own. */
function capital(text: string, start: number, next: number): Edit[] {
  const small = /^\p{Ll}(?!\p{Lu})/u.exec(text.slice(next, next + 4))?.[0];
  if (small === undefined || !/^\p{Lu}/u.test(text.slice(start, start + 2))) return [];
  const large = small.toUpperCase();
  return large.length === small.length && large !== small
    ? [{ start: next, end: next + small.length, text: large, rule: 'capital' }]
    : [];
}
