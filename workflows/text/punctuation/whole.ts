import { WIDE } from '../letters.ts';
import { linksIn } from '../links.ts';

/** Abbreviations that end in a point and are no sentence's end by themselves (Chicago Manual of Style 10). */
const ABBREVIATIONS = [
  ...[
    'Mr',
    'Mrs',
    'Ms',
    'Mx',
    'Dr',
    'Prof',
    'St',
    'Jr',
    'Sr',
    'Rev',
    'Hon',
    'Gen',
    'Col',
    'Capt',
    'Lt',
    'Sgt',
  ],
  ...[
    'Sen',
    'Gov',
    'Inc',
    'Ltd',
    'Co',
    'Corp',
    'Dept',
    'Univ',
    'Ave',
    'Blvd',
    'Mt',
    'Ph\\.D',
    'vs',
    'etc',
    'approx',
  ],
  ...['cf', 'al', 'Vol', 'Fig', 'Jan', 'Feb', 'Apr', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'],
].join('|');

const NOT_WIDE = `(?![${WIDE}])`;
const LETTER = String.raw`${NOT_WIDE}\p{L}`;
const WORDY = String.raw`${NOT_WIDE}[\p{L}\p{N}]`;
const NO_WORD = `(?<!${WORDY})`;
const NO_NAME = String.raw`(?<!\.)${NO_WORD}`;

/** By a character that each has: where a text lacks it, nothing is looked for; where it has it, from there. */
const PATTERNS: readonly (readonly [mark: string, pattern: RegExp])[] = (
  [
    // A point within a name, a number or a version, or before one: `3.14`, `Node.js`, `a.b@c.cn`, `.NET`.
    ['.', String.raw`\.(?<!\.\.)(?=${WORDY})`],
    [',', String.raw`,(?<=[0-9],)(?=[0-9])`],
    [':', String.raw`:(?<=[0-9] ?:)(?= ?[0-9])`],
    ...[...'，．：'].map((mark) => [mark, `${mark}(?<=[０-９]${mark})(?=[０-９])`] as const),
    ['.', String.raw`\.(?<=${NO_NAME}(?:${ABBREVIATIONS})\.)`],
    // `U.S.`, `e.g.`, the initials of `J. K. Rowling`, `No. 5`.
    ['.', String.raw`\.(?<=${NO_WORD}${LETTER}\.${LETTER}\.)`],
    ['.', String.raw`\.(?<=${NO_NAME}\p{Lu}\.)(?= ?\p{Lu})`],
    ['.', String.raw`\.(?<=${NO_NAME}No\.)(?= ?[0-9])`],
    // The number before an item of a list, GB/T 15834-2011 B.3: `1. `, at the start of a sentence.
    ['.', String.raw`\.(?<=(?:^|[。！？；!?;] ?|\. )[0-9]{1,2}\.)(?= ?\p{L})`],
    // An ellipsis has a rule of its own; one with spaces is Chicago's.
    ...[...'.。．｡'].map((mark) => [mark, String.raw`[.。．｡]{3,}`] as const),
    ['.', String.raw`\.(?: \.){2,}`],
    // Faces, drives, folders, options of commands, functions.
    [':', String.raw`:-?\)`],
    [':', String.raw`:(?<![\p{L}\p{N}]:)['’]?-?[()DPp](?![\p{L}\p{N}])`],
    [';', String.raw`;-?\)`],
    [':', String.raw`:(?<=(?<![A-Za-z0-9])[A-Za-z]:)(?=[\\/])`],
    ['/', String.raw`\.{1,2}/`],
    ['-', String.raw`--?(?<=(?:^|\s)--?)(?=[A-Za-z])`],
    [':', '::'],
    ['!', '!='],
    ['(', String.raw`\((?<=(?<![A-Za-z0-9])[A-Za-z]\()[A-Za-z0-9+*/^,.|-]{0,20}\)`],
  ] as const
).map(([mark, pattern]) => [mark, new RegExp(pattern, 'gu')]);

/** For every UTF-16 unit of a text, 1 where it is a mark that stays as it is. */
export function wholeIn(text: string): Uint8Array {
  const whole = new Uint8Array(text.length);
  for (const [start, end] of linksIn(text)) whole.fill(1, start, end);
  for (const [mark, pattern] of PATTERNS) {
    if (!text.includes(mark)) continue;
    for (const { 0: match, index } of text.matchAll(pattern)) whole.fill(1, index, index + match.length);
  }
  return whole;
}
