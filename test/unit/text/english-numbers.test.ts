import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../workflows/text/edit.ts';
import { englishNumbers } from '../../../workflows/text/numbers/english.ts';
import type { Step } from '../../../workflows/text/step.ts';
import { expectSteadyEdits } from './properties.ts';

const after = (text: string): string => applyEdits({ text }, englishNumbers(text)).text;

/** AP: the Associated Press Stylebook, entry "numerals"; CMOS: the Chicago Manual of Style, chapter on numbers. */
const WRITTEN: [source: string, text: string, expected: string][] = [
  ['issue', 'twenty twenty six', '2026'],
  ['issue', 'three point five percent', '3.5%'],
  ['CMOS, years', 'in nineteen eighty four', 'in 1984'],
  ['CMOS, years', 'back in nineteen oh five', 'back in 1905'],
  ['CMOS, years', 'two thousand and five', '2005'],
  ['CMOS, years', 'since two thousand ten', 'since 2010'],
  ['CMOS, years', 'from nineteen ninety to two thousand', 'from 1990 to 2000'],
  ['CMOS, years', 'built in nineteen hundred', 'built in 1900'],
  ['AP: a year may begin a sentence', 'Twenty twenty six was good.', '2026 was good.'],
  ['CMOS, decades', 'in the nineteen eighties', 'in the 1980s'],
  ['CMOS, decades', 'the eighteen hundreds', 'the 1800s'],
  ['AP: 10 and above', 'it has twenty-one rooms', 'it has 21 rooms'],
  ['AP', 'one hundred and twenty three', '123'],
  ['AP', 'a hundred and twenty people', '120 people'],
  ['AP', 'over the past twenty years', 'over the past 20 years'],
  ['AP', 'from ten to eleven', 'from 10 to 11'],
  ['CMOS, commas', 'two thousand people', '2,000 people'],
  ['CMOS, commas', 'two thousand and five people', '2,005 people'],
  ['CMOS, commas', 'fifteen hundred people', '1,500 people'],
  ['CMOS, commas', 'two million three hundred thousand', '2,300,000'],
  ['CMOS, very large numbers', 'two point three million', '2.3 million'],
  ['CMOS, very large numbers', 'about twenty-five million people', 'about 25 million people'],
  ['CMOS, very large numbers', 'two to three million people', '2 to 3 million people'],
  ['grammar: between A and B', 'between one hundred and two hundred', 'between 100 and 200'],
  ['grammar', 'between one hundred and twenty and two hundred', 'between 120 and 200'],
  ['AP, the percent sign', 'five to ten percent', '5 to 10%'],
  ['AP, the percent sign', 'one hundred per cent', '100%'],
  ['AP, the percent sign', 'a 5 percent rise', 'a 5% rise'],
  ['CMOS, decimals', 'version two point oh', 'version 2.0'],
  ['CMOS, decimals', 'pi is three point one four one five nine', 'pi is 3.14159'],
  ['CMOS, money', 'it costs five dollars', 'it costs $5'],
  ['CMOS, money', 'three dollars and fifty cents', '$3.50'],
  ['CMOS, money', 'five to ten dollars', '$5 to $10'],
  ['CMOS, money', 'a twenty dollar bill', 'a $20 bill'],
  ['CMOS, money', 'twenty euros', '€20'],
  ['CMOS, large sums', 'one point five million dollars', '$1.5 million'],
  ['AP, cents', 'only five cents', 'only 5 cents'],
  ['CMOS, time of day', 'ten thirty a m', '10:30 a.m.'],
  ['CMOS, time of day', 'at three p.m.', 'at 3 p.m.'],
  ['CMOS, time of day', 'nine oh five AM', '9:05 AM'],
  ['CMOS, one period ends both', 'We open at ten a m.', 'We open at 10 a.m.'],
  ['CMOS, time of day', 'ten thirty to eleven thirty a m', '10:30 to 11:30 a.m.'],
  ['CMOS, time of day', 'at ten thirty tomorrow', 'at 10:30 tomorrow'],
  ['CMOS, days of the month', 'march fifth twenty twenty six', 'march 5, 2026'],
  ['CMOS, days of the month', 'On March fifth, twenty twenty six, we met.', 'On March 5, 2026, we met.'],
  ['CMOS, days of the month', 'June twenty twenty twenty six', 'June 20, 2026'],
  ['CMOS, days of the month', 'June twenty twenty six', 'June 2026'],
  ['CMOS, days of the month', 'on May twenty-first', 'on May 21'],
  ['AP, ordinals: 10th and above', 'the twenty first time', 'the 21st time'],
  ['AP', 'the twelfth floor', 'the 12th floor'],
  ['AP', 'one hundred twenty fifth', '125th'],
  ['AP', 'on the twenty second of June', 'on the 22nd of June'],
  ['digits said one by one', 'call five five five one two three four', 'call 5551234'],
  ['digits said one by one', 'two one two, double five five, oh', '212, 555, oh'],
  [
    'digits said one by one',
    'four one five, five five five, zero one two three is it',
    '415, 555, 0123 is it',
  ],
  ['digits said one by one', 'five five five, four one five.', '555, 415.'],
  ['AP', 'eighteen hundred people', '1,800 people'],
  ['AP', 'two hundred hours', '200 hours'],
  ['CMOS, money', 'two for fifteen dollars', 'two for $15'],
  ['AP', 'ten for twenty', '10 for 20'],
  ['CMOS, days of the month', 'on June twenty we met', 'on June 20 we met'],
  ['AP, the percent sign', 'in May ten percent left', 'in May 10% left'],
  ['digits said one by one', 'agent double oh seven', 'agent 007'],
  ['digits said one by one', 'error four oh four', 'error 404'],
  ['CMOS, physical quantities', 'minus five degrees', '-5 degrees'],
  ['AP, dimensions', 'five kilometers', '5 kilometers'],
  ['AP', 'five square miles', '5 square miles'],
  ['AP', 'five feet ten inches tall', '5 feet 10 inches tall'],
  ['AP, ages', 'a sixteen-year-old', 'a 16-year-old'],
];

const KEPT: [source: string, text: string][] = [
  ['AP: one to nine', 'one of them'],
  ['AP', 'I have three cats and two dogs'],
  ['AP', 'first'],
  ['pronoun', 'no one'],
  ['pronoun', 'the one'],
  ['pronoun', 'one another'],
  ['pronoun', 'Which one am I?'],
  ['idiom', 'for one thing'],
  ['idiom', 'nine to five'],
  ['idiom', 'one on one'],
  ['idiom', 'two by four'],
  ['idiom', 'four by four'],
  ['idiom', 'seven up'],
  ['idiom', 'second to none'],
  ['idiom', 'the second time'],
  ['idiom', 'at sixes and sevens'],
  ['idiom', 'a hundred times'],
  ['idiom', 'a thousand and one nights'],
  ['idiom', 'one in a million'],
  ['idiom', 'thanks a million'],
  ['idiom', 'catch twenty two'],
  ['idiom', 'twenty four seven'],
  ['idiom', 'fifty fifty'],
  ['idiom', 'nine times out of ten'],
  ['idiom', 'ten to one'],
  ['idiom', 'forty winks'],
  ['idiom', 'hindsight is twenty twenty'],
  ['idiom', 'the eleventh hour'],
  ['idiom', 'my two cents'],
  ['idiom', 'six degrees of separation'],
  ['idiom', 'on two feet'],
  ['CMOS, simple fractions', 'six miles and a quarter'],
  ['compound', 'a one-way street'],
  ['compound', 'twenty-something'],
  ['compound', 'a ten-gallon hat'],
  ['no number', 'the twenties'],
  ['CMOS, a sentence begins with words', 'Twenty people came. Twenty-one stayed.'],
  ['CMOS, simple fractions', 'one half of it'],
  ['CMOS, simple fractions', 'two thirds'],
  ['CMOS, simple fractions', 'ten and a half years'],
  ['CMOS, simple fractions', 'a tenth of it'],
  ["CMOS, with o'clock, half and quarter hours", "eleven o'clock"],
  ["CMOS, with o'clock, half and quarter hours", 'half past ten'],
  ["CMOS, with o'clock, half and quarter hours", 'a quarter to twelve'],
  ['10:50, or two numbers', 'ten to eleven'],
  ['4:50, or two numbers', 'ten to five p.m.'],
  ['a time, or a price', 'at ten fifty a share'],
  ['a number, or a time', 'seven eleven'],
  ['two guesses, no year', 'fifteen twenty minutes'],
  ['two guesses, no year', 'for twenty thirty people'],
  ['thousands left out', 'ten to fifteen thousand people'],
  ['hundreds left out', 'two or three hundred dollars'],
  ['half a minute, no ordinal', 'a thirty second clip'],
  ['two numbers, or one', 'two hundred and one of them'],
  ['military time', 'eighteen hundred hours'],
  ['military time', 'at eighteen hundred hours we left'],
  ['one form for one amount', 'A dollar fifty'],
  ['one form for one amount', 'it costs a dollar fifty'],
  ['one form side by side', 'one for ten and two for fifteen'],
  ['no day of a month', 'In May ten people left, and in June twenty'],
  ['counting', 'five five five, one two three'],
  ['counting', 'one two three, three two one'],
  ['counting', 'one two three go'],
  ['counting', 'three two one'],
  ['no decimal', 'at one point five people left'],
  ['no decimal', 'at this point five percent left'],
  ['a verb', 'may first'],
  ['a verb', 'They march second'],
  ['names', 'Twenty One Pilots and Ocean’s Eleven'],
  ['an address', 'ten@example.com and twenty.com'],
  ['arithmetic', 'ten minus five'],
  ['interjection', 'oh five of us'],
  ['in figures already', '2026, 3.5%, $3.50, 10:30 a.m. and -5 degrees'],
];

describe('English numbers', () => {
  it.each(WRITTEN)('%s: %s', (_, text, expected) => {
    expect(after(text)).toBe(expected);
  });

  it.each(KEPT)('%s: %s stays', (_, text) => {
    expect(after(text)).toBe(text);
  });

  it('take the place of their own words alone', () => {
    expect(englishNumbers('We paid five million dollars in twenty ten.')).toEqual([
      { start: 8, end: 12, text: '$5', rule: 'english-money' },
      { start: 20, end: 28, text: '', rule: 'english-money' },
      { start: 32, end: 42, text: '2010', rule: 'english-year' },
    ]);
  });

  it('keep words and times aligned', () => {
    const text = ' In twenty twenty six';
    const words = [3, 7, 7, 4].map((length, index): [number, number, number, number] => [
      index,
      index + 1,
      length,
      90,
    ]);
    expect(applyEdits({ text, words }, englishNumbers(text))).toEqual({
      text: ' In 2026',
      words: [
        [0, 1, 3, 90],
        [1, 4, 5, 90],
      ],
    });
  });

  it('are steady, whatever they stand beside', () => {
    const step: Step<object> = {
      name: 'english-numbers',
      version: 1,
      read: () => ({}),
      edits: (segments) => segments.map(({ text }) => englishNumbers(text)),
    };
    const pieces = fc.constantFrom(
      ...'zero one two five nine ten eleven fifteen twenty thirty ninety hundred thousand million a and'.split(
        ' ',
      ),
      ...'first second fifth twentieth eighties thirds half point oh double percent dollars dollar cents'.split(
        ' ',
      ),
      ...'to or in at am p.m. m March May between minus degrees people of the is 5 10 2026 3.5 10:30'.split(
        ' ',
      ),
      ...['Twenty', 'One', "o'clock", 'year', 'old', '$5', 'years', 'for', 'hours', 'in June'],
      ...['five five five', 'four one five', 'one two three'],
    );
    const gaps = fc.constantFrom(' ', ' ', ' ', ' ', ' ', '-', ', ', '. ', '', '  ', '@');
    const sentences = fc
      .array(fc.tuple(pieces, gaps), { minLength: 1, maxLength: 12 })
      .map((all) => all.flat().join(''));
    expectSteadyEdits(step, fc.oneof(sentences, fc.string({ unit: 'grapheme' })), { languages: ['en'] });
  });

  it('take milliseconds in a segment of 10,000 characters', () => {
    for (const piece of [
      'twenty ',
      'ten to ',
      'one hundred and ',
      'five five ',
      'five five five, ',
      'point o ',
    ]) {
      const text = piece.repeat(Math.ceil(10_000 / piece.length));
      const costs = Array.from({ length: 5 }, () => {
        const start = performance.now();
        englishNumbers(text);
        return performance.now() - start;
      });
      expect([piece, Math.min(...costs) < 250]).toEqual([piece, true]);
    }
  });
});
