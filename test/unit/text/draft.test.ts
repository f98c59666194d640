import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Draft, replaceEach } from '../../../workflows/text/draft.ts';
import { applyEdits, type Edit } from '../../../workflows/text/edit.ts';

const edit = (start: number, end: number, text: string, rule = 'test'): Edit => ({ start, end, text, rule });

describe('a draft', () => {
  it.each<[string, string, Edit[][], Edit[]]>([
    ['nothing', 'abc', [], []],
    ['rule after rule', 'abc', [[edit(0, 1, '')], [edit(0, 1, 'B')]], [edit(0, 1, ''), edit(1, 2, 'B')]],
    ['what is taken out together', 'abc', [[edit(0, 1, ''), edit(1, 2, '')]], [edit(0, 2, '')]],
    ['what is longer', 'a,b', [[edit(1, 2, '; ')]], [edit(1, 2, ';'), edit(2, 2, ' ')]],
    ['what is put back', 'a b', [[edit(1, 2, '')], [edit(1, 1, ' ')]], []],
    ['what is changed back', 'abc', [[edit(1, 2, 'x')], [edit(1, 2, 'b')]], []],
    ['what is put in and taken out', 'ab', [[edit(1, 1, 'x')], [edit(1, 2, '')]], []],
    [
      'what is put in, behind what stood before',
      'a b',
      [[edit(1, 2, '')], [edit(1, 1, '!')]],
      [edit(1, 1, '!'), edit(1, 2, '')],
    ],
    [
      'whole characters',
      '𠮷a',
      [[edit(0, 2, '吉')], [edit(1, 2, '𠮷')]],
      [edit(0, 2, '吉'), edit(2, 3, '𠮷')],
    ],
  ])('gives edits of the first text: %s', (_, text, rules, expected) => {
    const draft = new Draft(text);
    for (const edits of rules) draft.apply(edits);
    expect(draft.edits()).toEqual(expected);
  });

  it('is what its edits make of the first text', () => {
    const rule = fc.tuple(
      fc.constantFrom(/a/g, /b+/g, /[ab]$/g, /^/g, /ab|x/g),
      fc.constantFrom('', 'a', 'b', 'xx', '𠮷'),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', 'x', '𠮷') }),
        fc.array(rule),
        (text, rules) => {
          const draft = new Draft(text);
          for (const [pattern, change] of rules) {
            const expected = draft.text.replace(pattern, change);
            draft.apply(replaceEach(draft.text, pattern, 'test', () => change));
            expect(draft.text).toBe(expected);
          }
          expect(applyEdits({ text }, draft.edits()).text).toBe(draft.text);
        },
      ),
    );
  });
});
