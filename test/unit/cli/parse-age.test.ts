import { expect, it } from 'vitest';
import { parseAge } from '../../../client/cli/flags.ts';

it.each([
  ['1h', 3_600_000],
  ['30d', 2_592_000_000],
  ['12H', 43_200_000],
])('%s is %i ms', (text, milliseconds) => {
  expect(parseAge(text)).toBe(milliseconds);
});

it.each(['30', '0d', '-1d', '1.5d', '30 d', '1w', '30days', ''])('%j is no time to keep things', (text) => {
  expect(() => parseAge(text)).toThrow('Expected a time in hours or days, as 12h or 30d');
});
