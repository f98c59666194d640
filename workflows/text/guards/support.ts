import type { TextSegment } from '../step.ts';

/** Characters that are a syllable or more each. */
const SYLLABLE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const LETTER = /[\p{L}\p{N}]/u;

/** The most that people say in a second, fast speech included: syllables of Chinese, letters of other scripts. */
const SYLLABLES = 8;
const LETTERS = 25;

/** Seconds that a text takes when it is said fast. */
function fastest(text: string): number {
  let seconds = 0;
  for (const character of text) {
    if (SYLLABLE.test(character)) seconds += 1 / SYLLABLES;
    else if (LETTER.test(character)) seconds += 1 / LETTERS;
  }
  return seconds;
}

/** Whether nobody says it in its time: it takes less than half of fast speech. A segment without length says nothing of its rate. */
export const isTooFast = (text: string, { start, end }: TextSegment): boolean =>
  end > start && 2 * (end - start) < fastest(text);

/** Too fast, or with more than eight seconds for six times as much as fast speech. */
const isImpossible = (text: string, segment: TextSegment): boolean =>
  isTooFast(text, segment) || segment.end - segment.start > Math.max(8, 6 * fastest(text));

/** Whether the recogniser was sure, heard speech as far as is known, and the text fits its time. */
export const isSupported = (text: string, segment: TextSegment): boolean =>
  segment.confidence >= 0.8 &&
  (segment.noSpeech ?? 0) < 0.1 &&
  (segment.end === segment.start || segment.end - segment.start >= fastest(text)) &&
  !isImpossible(text, segment);

/** Whether two of three speak against it: likely no speech, an unsure recogniser, an impossible rate. */
export const isDoubtful = (text: string, segment: TextSegment): boolean =>
  Number((segment.noSpeech ?? 0) >= 0.5) +
    Number(segment.confidence < 0.5) +
    Number(isImpossible(text, segment)) >=
  2;
