import type { Edit } from '../edit.ts';
import { characterBefore, hasWide, isDigit, isNarrow, isWide, isWideLanguage } from '../letters.ts';
import type { TextSegment } from '../step.ts';
import type { Context } from './context.ts';
import { stopOf } from './marks.ts';
import { mayEnd, OPEN_WORDS } from './sentences.ts';

/** Seconds of silence that part two sentences where no letter tells that another begins. */
const LONG_PAUSE = 1;

/** Seconds of silence that tell a sentence's capital from a name's. */
const SHORT_PAUSE = 0.5;

/**
 * The full stop that a segment lacks at its end, where the one after it begins a sentence: in Chinese and Japanese after a
 * pause and an end that leaves nothing open, in some languages with capitals by the next one's capital. Null where
 * there is none to add, or nobody can be sure.
 */
export function fullStop(
  segment: Pick<TextSegment, 'language' | 'end'>,
  { text, setting, whole }: Context,
  next: Pick<TextSegment, 'text' | 'language' | 'start'> | undefined,
): Edit | null {
  if (next?.language !== segment.language || whole[text.length - 1]) return null;
  const pause = next.start - segment.end;
  const last = characterBefore(text, text.length);
  if (!isWide(last) && !isNarrow(last) && !isDigit(last)) return null;
  const ends = isWideLanguage(segment.language)
    ? pause >= LONG_PAUSE && hasWide(text) && mayEnd(text, segment.language)
    : pause >= SHORT_PAUSE && isParted(text, next.text, segment.language);
  const place = text.length;
  return ends ? { start: place, end: place, text: stopOf(setting.wide), rule: 'full-stop' } : null;
}

/** A capital that begins a word, not an abbreviation, nor `I`, which always has one. */
const BEGINS = /^["“'‘«(¿¡]*(?!I(?!\p{L})|I['’])\p{Lu}(?=\p{Ll}|['’]|\s)/u;

function isParted(text: string, next: string, language: string): boolean {
  const open = OPEN_WORDS.get(language);
  if (open === undefined || !/\p{Ll}/u.test(text) || !BEGINS.test(next)) return false;
  const [word = ''] = /[\p{L}\p{M}\p{N}]+$/u.exec(text.slice(-40)) ?? [];
  return (word.length > 1 || isDigit(word)) && !open.has(word.toLowerCase());
}
