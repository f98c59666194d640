import { Draft, replaceEach } from './draft.ts';
import type { Edit } from './edit.ts';
import { characterAt, characterBefore, isWide, isWideLanguage } from './letters.ts';
import { linksIn } from './links.ts';
import { unicode as named, type NoOptions } from './options.ts';
import type { Step } from './step.ts';

/**
 * Characters in one form, and spaces by one rule.
 *
 * Text is in NFC (UAX 15), without control characters, zero-width ones, marks of direction and what a decoder writes for
 * bytes it could not read. Joiners (U+200C, U+200D) stay where they shape: in emoji and behind letters of the Arabic and
 * Indic scripts (The Unicode Standard 9.2, 12.1). Spaces of every kind, and line breaks, are one U+0020, none at the ends.
 *
 * Beside a full-width mark there is no space; between two letters of Chinese or Japanese one stays, which recognisers write
 * for a pause. Between a Chinese letter and a word with a Latin letter in it there is one, the gap that clreq 3.2.2 asks
 * for there. Beside a word of one to three capitals, with digits or without, what was heard stays: it may be part of a
 * name or a code (`T恤`, `卡拉OK`, `京A12345`). There is none between a Chinese letter and a number, which is read with its
 * unit (`3月5日`). Japanese has none beside either (JTF style guide 3.1.1). Nothing changes beside punctuation or in a URL.
 */
export const unicode: Step<NoOptions> = {
  ...named,
  edits: (segments) =>
    segments.map(({ text, language }) => {
      const draft = new Draft(text);
      for (const rule of [unreadable, joiners, compose, spaces, besideWords]) {
        draft.apply(rule(draft.text, language));
      }
      return draft.edits();
    }),
};

/** Controls that separate words, and the separators of lines and paragraphs. */
const BREAK = String.raw`\t\n\v\f\r\x85\u2028\u2029`;

const UNREADABLE = new RegExp(
  String.raw`(?<control>(?![${BREAK}])\p{Cc})` +
    String.raw`|(?<zero>[\xAD\u200B\u2060\uFEFF])` +
    String.raw`|(?<direction>[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069])` +
    String.raw`|[\uFFFD\p{Cs}]`,
  'gu',
);

function unreadable(text: string): Edit[] {
  return [...text.matchAll(UNREADABLE)].map(({ 0: character, index, groups = {} }) => ({
    start: index,
    end: index + character.length,
    text: '',
    rule: groups['control']
      ? 'control'
      : groups['zero']
        ? 'zero-width'
        : groups['direction']
          ? 'direction'
          : 'replacement',
  }));
}

/** Letters that joiners shape, and Arabic's own marks, which Unicode counts to no script. */
const SHAPED = ['Arab', 'Syrc', 'Mong', 'Nkoo', 'Mand', 'Deva', 'Beng', 'Guru', 'Gujr', 'Orya']
  .concat(['Taml', 'Telu', 'Knda', 'Mlym', 'Sinh', 'Khmr', 'Mymr', 'Tibt'])
  .map((script) => `\\p{sc=${script}}`)
  .concat(['\\u0640\\u064B-\\u0655\\u0670'])
  .join('');

const STRAY_JOINER = new RegExp(
  String.raw`(?<![${SHAPED}])(?:\u200C|\u200D(?!(?<=\p{ExtPict}[\uFE0F\u{1F3FB}-\u{1F3FF}]?\u200D)\p{ExtPict}))`,
  'gu',
);

const joiners = (text: string): Edit[] => replaceEach(text, STRAY_JOINER, 'joiner', () => '');

/** A character with all that may become one with it: marks, and vowels and finals of Hangul. */
const COMPOSING = /[^\p{M}\u1160-\u11FF]?[\p{M}\u1160-\u11FF]+|[^\0-\u02FF]/gu;

const compose = (text: string): Edit[] =>
  text === text.normalize('NFC')
    ? []
    : replaceEach(text, COMPOSING, 'nfc', ([stretch]) => stretch.normalize('NFC'));

const SPACES = new RegExp(String.raw`[\p{Zs}${BREAK}]+`, 'gu');
const WIDE_MARK = /^[\u3001-\u303F\u30FB\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65]$/;

function spaces(text: string, language: string): Edit[] {
  const closesUp = (character: string) =>
    WIDE_MARK.test(character) || (language !== 'ko' && isWide(character));
  return replaceEach(text, SPACES, 'space', (_, start, end) => {
    if (start === 0 || end === text.length) return '';
    const sides = [characterBefore(text, start), characterAt(text, end)];
    return sides.every(closesUp) && sides.some((side) => WIDE_MARK.test(side)) ? '' : ' ';
  });
}

/** A word or a number: Latin letters in their own width with their marks, digits, marks within, and those of `C++` and `C#`. */
const LATIN = String.raw`(?![\uFF21-\uFF5A])(?=\p{L})\p{sc=Latin}`;
const WORD = new RegExp(
  String.raw`(?:${LATIN}|[0-9])(?:${LATIN}|[0-9\p{Mn}]|[-'’._+&/@:,~](?=${LATIN}|[0-9]))*[+#]*`,
  'gu',
);

const CODE = /^(?:[0-9]*[A-Z]){1,3}[0-9]*$/;

/** The spaces between Chinese or Japanese letters and the words and numbers of another script among them. */
function besideWords(text: string, language: string): Edit[] {
  const links = linksIn(text);
  const inLink = (index: number) => links.some(([start, end]) => start < index && index < end);
  const edits: Edit[] = [];
  const set = (start: number, end: number, wanted: string) => {
    if (text.slice(start, end) === wanted || inLink(start) || inLink(end)) return;
    edits.push({ start, end, text: wanted, rule: 'cjk-latin' });
  };
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const hasLetter = /\p{L}/u.test(word);
    if (!hasLetter && !isWideLanguage(language)) continue;
    if (language !== 'ja' && CODE.test(word)) continue;
    const wanted = hasLetter && language !== 'ja' ? ' ' : '';
    const end = index + word.length;
    const from = text[index - 1] === ' ' ? index - 1 : index;
    const to = text[end] === ' ' ? end + 1 : end;
    const left = characterBefore(text, from);
    if (isWide(left)) set(from, index, wanted);
    // A number behind a word may be part of its name: `Windows 11`.
    const named = language !== 'ja' && !hasLetter && from < index && /\p{sc=Latin}/u.test(left);
    if (!named && isWide(characterAt(text, to))) set(end, to, wanted);
  }
  return edits;
}
