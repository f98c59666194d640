import { characterAt, characterBefore, isDigit, isWide } from '../letters.ts';
import { betweenNarrow, isWordy } from './neighbours.ts';

type Family = 'double' | 'single' | 'corner' | 'white' | 'round' | 'title' | 'angle' | 'lens' | 'shell';

/** A quote or bracket of a section. */
export interface Bracket {
  readonly character: string;
  readonly family: Family;
  readonly opens: boolean;
  /** Within words of a script with spaces. */
  readonly narrow: boolean;
  /** The one it is a pair with, in whatever segment; null where there is none. */
  readonly partner: Bracket | null;
}

type Found = { -readonly [K in keyof Bracket]: Bracket[K] };

/** What of a segment decides its quotes and brackets. */
interface Bracketed {
  readonly text: string;
  readonly language: string;
  readonly whole: Uint8Array;
}

const FAMILIES: ReadonlyMap<string, { readonly family: Family; readonly side: 'open' | 'close' | 'either' }> =
  new Map(
    (
      [
        ['double', '“', '”'],
        ['single', '‘', '’'],
        ['corner', '「｢', '」｣'],
        ['white', '『', '』'],
        ['round', '(（', ')）'],
        ['title', '《', '》'],
        ['angle', '〈', '〉'],
        ['lens', '【', '】'],
        ['shell', '〔', '〕'],
        ['double', '"＂', ''],
        ['single', "'＇", ''],
      ] as const
    ).flatMap(([family, opening, closing]) =>
      [...opening, ...closing].map((character) => {
        const side = closing === '' ? 'either' : opening.includes(character) ? 'open' : 'close';
        return [character, { family, side }] as const;
      }),
    ),
  );

const BRACKET = new RegExp(`[${[...FAMILIES.keys()].join('')}]`, 'g');

/** Languages whose quotes open with `“` and close with `”`. In German the one closes, in Swedish the other opens. */
const ENGLISH_QUOTES: ReadonlySet<string> = new Set(['en', 'zh', 'yue', 'ja', 'ko']);

/** English words that begin with an apostrophe (Chicago Manual of Style 6.117), and years: `’90s`. */
const ELISION = /^(?:[0-9]|(?:em|cause|cos|cuz|tis|twas|til|till|n|bout|cept)(?![\p{L}\p{N}]))/iu;

/** What stands before a bracket that belongs to the number of a list: `1)`, `a)`. */
const LABEL = /(?:^|[\s，。、；：,.;:])(?:[0-9]{1,2}|[A-Za-z一二三四五六七八九十])$/u;

/**
 * The quotes and brackets of a section's segments, by their place in the text, each kind for itself: the last one that is
 * open is the one that closes. Apostrophes, inches and the numbers of lists are none.
 */
export function bracketsIn(segments: readonly Bracketed[]): Map<number, Bracket>[] {
  const open = new Map<Family, Found[]>();
  return segments.map(({ text, language, whole }) => {
    const found = new Map<number, Bracket>();
    for (const { 0: character, index } of text.matchAll(BRACKET)) {
      const { family, side } = FAMILIES.get(character)!;
      const stack = open.get(family) ?? [];
      open.set(family, stack);
      const quotes = family === 'double' || family === 'single';
      if (whole[index] || (quotes && !ENGLISH_QUOTES.has(language))) continue;
      const opens = opensAt(text, index, family, side, stack.length > 0);
      if (opens === null) continue;
      const narrow = betweenNarrow(text, index, index + 1);
      const partner = opens ? null : (stack.pop() ?? null);
      const bracket: Found = { character, family, opens, narrow, partner };
      if (opens) stack.push(bracket);
      if (partner) partner.partner = bracket;
      found.set(index, bracket);
    }
    return found;
  });
}

/** Whether a mark opens; null where it is no quote or bracket. `inside`: one of its family is open. */
function opensAt(
  text: string,
  index: number,
  family: Family,
  side: 'open' | 'close' | 'either',
  inside: boolean,
): boolean | null {
  const left = characterBefore(text, index);
  const right = characterAt(text, index + 1);
  if (family === 'single') return singleOpens(text, index, side, inside);
  if (
    family === 'round' &&
    side === 'close' &&
    !inside &&
    LABEL.test(text.slice(Math.max(0, index - 3), index))
  ) {
    return null;
  }
  if (side !== 'either') return side === 'open';
  if (isDigit(left) && !inside) return null;
  const afterGap = left === '' || /[\s(（:：]/.test(left);
  const beforeGap = right === '' || /[\s)）,，.。?？!！:：;；、]/.test(right);
  return afterGap === beforeGap ? !inside : afterGap;
}

function singleOpens(
  text: string,
  index: number,
  side: 'open' | 'close' | 'either',
  inside: boolean,
): boolean | null {
  const left = characterBefore(text, index);
  const right = characterAt(text, index + 1);
  if (isWordy(left) && isWordy(right)) return null;
  if (side !== 'open' && inside && !/^\s?$/.test(left) && !isWordy(right)) return false;
  if (side === 'close') return isWide(left) || /[。，！？；：……」』》）]/.test(left) ? false : null;
  if (ELISION.test(text.slice(index + 1, index + 8))) return null;
  if (side === 'open') return true;
  const opens = !isWordy(left) && !/^\s?$/.test(right);
  return opens ? true : null;
}
