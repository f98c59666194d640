const ONES = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
  'eighteen nineteen'
).split(' ');
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

const DIGIT = ONES.slice(1, 10).join('|');
const BELOW_HUNDRED = new RegExp(
  `\\b(?:(${TENS.join('|')})(?:[ -](${DIGIT}))?|(${ONES.join('|')}))\\b`,
  'gi',
);

/**
 * An English text with its number words from zero to ninety-nine as digits, so that "press four" and "press 4" count as
 * the same: how a number is written is no error of hearing. Larger numbers and ordinals stay as they are.
 */
export function numbersAsDigits(text: string): string {
  return text.replaceAll(BELOW_HUNDRED, (_, tens?: string, ones?: string, below?: string) => {
    if (below !== undefined) return String(ONES.indexOf(below.toLowerCase()));
    const units = ones === undefined ? 0 : ONES.indexOf(ones.toLowerCase());
    return String((TENS.indexOf(tens?.toLowerCase() ?? '') + 2) * 10 + units);
  });
}
