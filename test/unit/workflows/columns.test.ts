import { expect, it } from 'vitest';
import { columnsOf, columnsUpTo } from '../../../workflows/formats/columns.ts';

/** Unicode's UAX #11: Wide and Fullwidth take two columns, all others one, marks and joiners none. */
it.each([
  ['', 0],
  ['abc', 3],
  ['汉字', 4],
  ['カナ', 4],
  ['ｶﾅ', 2],
  ['한국', 4],
  ['。，（）', 8],
  ['ＡＢ１', 6],
  ['￥', 2],
  ['¥', 1],
  // Ambiguous is narrow.
  ['“”…—', 4],
  ['é', 1],
  ['e\u0301', 1],
  ['สวัสดี', 4],
  ['ไทย', 3],
  ['نص', 2],
  ['𠮷', 2],
  ['👍', 2],
  ['⌚★', 3],
  ['\u3000', 2],
  ['\u200b', 0],
  ['\u1112\u1161\u11ab', 2],
])('%j takes %i columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

it('counts up to each unit of the text', () => {
  expect(columnsUpTo('a汉𠮷b')).toEqual([0, 1, 3, 5, 5, 6]);
});
