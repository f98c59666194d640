import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackedWord } from '../../../workflows/contract.ts';
import { applyEdits, type Edit } from '../../../workflows/text/edit.ts';

const words: PackedWord[] = [
  [0, 1, 2, 90],
  [1, 2, 2, 50],
  [2, 3, 2, 70],
];
const edit = (start: number, end: number, text: string): Edit => ({ start, end, text, rule: 'test' });
const after = (...edits: Edit[]) => applyEdits({ text: 'aabbcc', words }, edits);

describe('edits of a text with words', () => {
  it.each<[string, Edit[], string, PackedWord[]]>([
    ['nothing', [], 'aabbcc', words],
    ['the same length', [edit(1, 5, 'WXYZ')], 'aWXYZc', words],
    ['a longer word', [edit(2, 4, 'BBB')], 'aaBBBcc', [words[0]!, [1, 2, 3, 50], words[2]!]],
    ['words that become one', [edit(1, 3, '1')], 'a1bcc', [[0, 2, 3, 70], words[2]!]],
    ['a text put in', [edit(2, 2, '!')], 'aa!bbcc', [[0, 1, 3, 90], words[1]!, words[2]!]],
    ['a text put in before all', [edit(0, 0, '!')], '!aabbcc', [[0, 1, 3, 90], words[1]!, words[2]!]],
    ['a text put in after all', [edit(6, 6, '!')], 'aabbcc!', [words[0]!, words[1]!, [2, 3, 3, 70]]],
    [
      'a text taken out',
      [edit(1, 5, '')],
      'ac',
      [
        [0, 1, 1, 90],
        [2, 3, 1, 70],
      ],
    ],
    ['all taken out', [edit(0, 6, '')], '', []],
    [
      'several',
      [edit(0, 2, 'A'), edit(3, 5, '')],
      'Abc',
      [
        [0, 1, 1, 90],
        [1, 2, 1, 50],
        [2, 3, 1, 70],
      ],
    ],
  ])('%s', (_, edits, text, expected) => {
    expect(after(...edits)).toEqual({ text, words: expected });
  });

  it('without words is the text alone', () => {
    expect(applyEdits({ text: 'abc' }, [edit(1, 2, '')])).toEqual({ text: 'ac' });
  });

  it('keeps words joined to the text and in order, whatever the edits', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 });
    const cuts = fc.array(fc.tuple(fc.nat(32), fc.string({ maxLength: 5 })), { maxLength: 5 });
    fc.assert(
      fc.property(lengths, cuts, (sizes, changes) => {
        const text = sizes.map((size, index) => String.fromCharCode(97 + index).repeat(size)).join('');
        const spoken = sizes.map((size, index): PackedWord => [index, index + 1, size, 50]);
        const places = changes.map(([place]) => Math.min(place, text.length)).sort((a, b) => a - b);
        const edits = changes
          .slice(0, Math.floor(places.length / 2))
          .map(([, put], index) => edit(places[2 * index]!, places[2 * index + 1]!, put));
        const edited = applyEdits({ text, words: spoken }, edits);
        const total = edited.words!.reduce((sum, [, , length]) => sum + length, 0);
        expect(total).toBe(edited.text.length);
        let before = 0;
        for (const [start, end] of edited.words!) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThanOrEqual(start);
          before = start;
        }
      }),
    );
  });
});
