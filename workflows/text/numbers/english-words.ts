/** The number words of English, and the words beside which a number is read otherwise. */

const DIGIT_WORDS = 'zero one two three four five six seven eight nine'.split(' ');
const TEEN_WORDS = 'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
  ' ',
);
const TEN_WORDS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

export const DIGITS: ReadonlyMap<string, number> = new Map(DIGIT_WORDS.map((word, value) => [word, value]));
export const TENS: ReadonlyMap<string, number> = new Map(
  TEN_WORDS.map((word, index) => [word, 20 + 10 * index]),
);

/** Words below one hundred. */
export const SMALL: ReadonlyMap<string, number> = new Map([
  ...DIGITS,
  ...TEEN_WORDS.map((word, index): [string, number] => [word, 10 + index]),
  ...TENS,
]);

/** Zero as it is said between digits. */
export const OH: ReadonlySet<string> = new Set(['oh', 'o']);

export const TIMES: ReadonlyMap<string, number> = new Map([
  ['double', 2],
  ['triple', 3],
]);

export const SCALES: ReadonlyMap<string, number> = new Map([
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
  ['trillion', 1e12],
]);

const ORDINAL_WORDS = [
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth',
  'fifteenth sixteenth seventeenth eighteenth nineteenth',
  'twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth',
].flatMap((line) => line.split(' '));

/** An ordinal and the number word it is made of. */
export const ORDINALS: ReadonlyMap<string, string> = new Map(
  [...SMALL.keys()].slice(1).map((word, index) => [ORDINAL_WORDS[index]!, word]),
);

/** `eighties`: a decade behind the first half of a year. */
export const DECADES: ReadonlyMap<string, number> = new Map([
  ...[...TENS].map(([word, value]): [string, number] => [word.replace(/y$/, 'ies'), value]),
  ['hundreds', 0],
]);

/** Denominators: the number before one counts parts. */
export const PARTS: ReadonlySet<string> = new Set([
  'halves',
  'quarter',
  'quarters',
  ...'hundredth thousandth millionth billionth'.split(' ').flatMap((word) => [word, `${word}s`]),
  ...[...ORDINALS.keys()].filter((word) => !['first', 'second'].includes(word)).map((word) => `${word}s`),
]);

export const MONTHS: ReadonlySet<string> = new Set(
  'january february march april may june july august september october november december'.split(' '),
);

/** Months that are verbs as well. */
export const VERB_MONTHS: ReadonlySet<string> = new Set(['march', 'may']);

/** Units of measure that mean nothing else: even one to nine before them are figures. */
export const MEASURES: ReadonlySet<string> = new Set(
  [
    'kilometers kilometres meters metres centimeters centimetres millimeters millimetres miles inches',
    'kilograms kilos grams milligrams tonnes liters litres milliliters millilitres gallons hectares',
    'degrees watts kilowatts megawatts volts hertz kilohertz megahertz gigahertz kilobytes megabytes gigabytes',
    'terabytes megapixels decibels calories',
  ].flatMap((line) => line.split(' ')),
);

/** What is counted often: two numbers before it are two guesses, `twenty thirty people`. */
export const COUNTED: ReadonlySet<string> = new Set(
  [
    'people persons men women kids children guys times seconds minutes hours days weeks months years bucks',
    'pounds feet yards points items pages words students percent per dollars cents euros thousand million',
  ].flatMap((line) => line.split(' ')),
);

/** What a compound of a number and a noun ends with: `a ten-minute break`. */
export const COMPOUNDED: ReadonlySet<string> = new Set(
  [
    'second minute hour day week month year century page word mile foot inch yard meter metre kilometer',
    'kilometre pound acre degree point person member seat room story storey bit',
  ].flatMap((line) => line.split(' ')),
);

/** Words that go on with a sentence after a year, where a noun would be counted. */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  [
    'and or but nor so yet because although though while when where who which that if unless until till since',
    'before after as than to in on at by for from with without of about into over under through during the this',
    'these those my your his her its our their i you he she it we they there was were is are will would had has',
    'have did does can could should may might not then today tomorrow tonight yesterday sharp already too also',
  ].flatMap((line) => line.split(' ')),
);

/** Words before a year. */
export const BEFORE_YEARS: ReadonlySet<string> = new Set([
  ...'in since year until till before after from of by around circa early late mid'.split(' '),
  ...'spring summer autumn fall winter'.split(' '),
  ...MONTHS,
]);

/** Words of which one at most stands between two numbers that are told alike. */
export const LINKS: ReadonlySet<string> = new Set([
  ...'to or and by for in on through till until plus minus times'.split(' '),
  ...['out of', 'times out of', 'to the'],
]);
