/**
 * How likely bytes are in an encoding from before Unicode, by how often its languages use which of its characters. The
 * shares are estimates; the classes are those that the standards sorted by use.
 */
export const CANDIDATES = ['gb18030', 'big5', 'shift_jis', 'euc-kr', 'windows-1251', 'windows-1252'] as const;
export type Encoding = (typeof CANDIDATES)[number];

/** Characters of two bytes, of which the first is from `[0]` to `[1]` and the second from `[2]` on. */
type Class = readonly [number, number, number, number];

const share = (part: number, characters: number): number => Math.log(part / characters);

const DOUBLE: Readonly<Partial<Record<Encoding, readonly Class[]>>> = {
  // GB/T 2312: level 1, level 2, symbols.
  gb18030: [
    [0xb0, 0xd7, 0xa1, share(0.94, 3755)],
    [0xd8, 0xf7, 0xa1, share(0.02, 3008)],
    [0xa1, 0xa9, 0xa1, share(0.03, 682)],
  ],
  // Big5: frequently used, less frequently used, symbols.
  big5: [
    [0xa4, 0xc6, 0x40, share(0.94, 5401)],
    [0xc9, 0xf9, 0x40, share(0.02, 7652)],
    [0xa1, 0xa3, 0x40, share(0.03, 408)],
  ],
  // JIS X 0208: kana, level 1, level 2, symbols.
  shift_jis: [
    [0x82, 0x83, 0x40, share(0.55, 231)],
    [0x88, 0x97, 0x40, share(0.38, 2965)],
    [0x98, 0xea, 0x40, share(0.01, 3390)],
    [0x81, 0x81, 0x40, share(0.04, 147)],
  ],
  // KS X 1001: Hangul, Hanja, symbols.
  'euc-kr': [
    [0xb0, 0xc8, 0xa1, share(0.94, 2350)],
    [0xca, 0xfd, 0xa1, share(0.01, 4888)],
    [0xa1, 0xac, 0xa1, share(0.03, 986)],
  ],
};

const ASCII = share(1, 64);
/** A character of two bytes that no class holds, and half-width katakana. */
const RARE = share(0.01, 10_000);

/** Logarithm of the likelihood of `bytes`, which are `text` in `encoding`; −∞ where no language is written so. */
export function likelihood(bytes: Uint8Array, text: string, encoding: Encoding): number {
  const classes = DOUBLE[encoding];
  return classes ? likelihoodOfPairs(bytes, encoding, classes) : likelihoodOfLetters(text, encoding);
}

function likelihoodOfPairs(bytes: Uint8Array, encoding: Encoding, classes: readonly Class[]): number {
  let sum = 0;
  for (let index = 0; index < bytes.length;) {
    const [lead = 0, trail = 0] = bytes.subarray(index, index + 2);
    const isHalfWidth = encoding === 'shift_jis' && lead >= 0xa1 && lead <= 0xdf;
    const found = classes.find(([first, last, least]) => lead >= first && lead <= last && trail >= least);
    if (lead < 0x80) sum += ASCII;
    else sum += isHalfWidth ? RARE : (found?.[3] ?? RARE);
    index += lead < 0x80 || isHalfWidth ? 1 : 2;
  }
  return sum;
}

/** Of the characters beyond ASCII: the letters that are usual in the encoding's languages, the others, and all else. */
const LETTERS: Readonly<Partial<Record<Encoding, readonly (readonly [RegExp, number])[]>>> = {
  'windows-1251': [
    [/[а-яё]/, share(0.85, 33)],
    [/[А-ЯЁ]/, share(0.12, 33)],
  ],
  'windows-1252': [
    [/[à-öø-ÿß]/, share(0.75, 32)],
    [/[À-ÖØ-Þ]/, share(0.15, 30)],
  ],
};
const OTHER = share(0.01, 64);

/** What words of the encoding's languages seldom have, and how often at most for each character beyond ASCII. */
const SELDOM: Readonly<Partial<Record<Encoding, readonly (readonly [RegExp, number])[]>>> = {
  'windows-1251': [
    [/[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z]/g, 0.6],
    [/[а-яё][А-ЯЁ]/g, 0.08],
  ],
  'windows-1252': [[/(?<=[À-ÿ])[À-ÿ]/g, 0.7]],
};

function likelihoodOfLetters(text: string, encoding: Encoding): number {
  const times = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const beyond = times(/[^\0-\x7f]/g);
  if (SELDOM[encoding]?.some(([pattern, most]) => times(pattern) > most * beyond)) return -Infinity;
  let sum = 0;
  for (const character of text) {
    const usual = LETTERS[encoding]?.find(([letters]) => letters.test(character))?.[1];
    sum += character < '\x80' ? ASCII : (usual ?? OTHER);
  }
  return sum;
}
