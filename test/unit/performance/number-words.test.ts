import { expect, it } from 'vitest';
import { numbersAsDigits } from '../../performance/number-words.ts';

it.each([
  ['Press Four, or press 4.', 'Press 4, or press 4.'],
  ['twenty', '20'],
  ['twenty-one or twenty two', '21 or 22'],
  ['fifty ten', '50 10'],
  ['zero, nineteen, ninety-nine', '0, 19, 99'],
  ['someone asked a tenant on the first', 'someone asked a tenant on the first'],
])('writes the numbers of %j as digits', (text, expected) => {
  expect(numbersAsDigits(text)).toBe(expected);
});
