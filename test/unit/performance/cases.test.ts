import { expect, it } from 'vitest';
import { casesOf, USUAL_CASES } from '../../performance/cases.ts';

it('runs all usual cases where none is named, and those named in the order of the bench', () => {
  expect(casesOf([])).toEqual(USUAL_CASES);
  expect(casesOf(['ten-hours', 'clip'])).toEqual(['clip', 'ten-hours']);
  expect(() => casesOf(['clip', 'clipz'])).toThrow(/Expected cases of ten-minutes, .*, got clipz/);
});
