import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, type Edit } from '../../../workflows/text/edit.ts';
import { compose, settle } from '../../../workflows/text/settle.ts';

const replace = (text: string, from: string, to: string): Edit[] => {
  const start = text.indexOf(from);
  return start < 0 ? [] : [{ start, end: start + from.length, text: to, rule: from }];
};

describe('edits until nothing is left to change', () => {
  it('are one where one goes on from the other, by the last rule', () => {
    const once = (text: string) => [...replace(text, 'ab', 'xyz'), ...replace(text, 'zc', 'q')];
    expect(settle('1abc2', once)).toEqual([{ start: 1, end: 4, text: 'xyq', rule: 'zc' }]);
  });

  it('are none where they lead back', () => {
    const once = (text: string) => [...replace(text, 'b', 'c'), ...replace(text, 'cc', 'bc')];
    expect(settle('cbc', once)).toEqual([]);
  });

  it('are none where there is no end', () => {
    expect(
      settle('a', (text) => [{ start: text.length, end: text.length, text: 'a', rule: 'more' }]),
    ).toEqual([]);
  });

  it('do together what they did one after the other', () => {
    const cuts = fc.array(fc.tuple(fc.nat(20), fc.string({ maxLength: 3 })), { maxLength: 8 });
    const editsOf = (text: string, all: [number, string][]): Edit[] => {
      const places = all.map(([place]) => Math.min(place, text.length)).sort((a, b) => a - b);
      return all.slice(0, Math.floor(all.length / 2)).map(([, put], index) => ({
        ...{ start: places[2 * index]!, end: places[2 * index + 1]! },
        ...{ text: put, rule: 'any' },
      }));
    };
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), cuts, cuts, (text, some, others) => {
        const first = editsOf(text, some);
        const between = applyEdits({ text }, first).text;
        const second = editsOf(between, others);
        const together = compose(first, second, between);
        expect(applyEdits({ text }, together)).toEqual(applyEdits({ text: between }, second));
        let kept = 0;
        for (const { start, end } of together) {
          expect(start).toBeGreaterThanOrEqual(kept);
          expect(end).toBeGreaterThanOrEqual(start);
          kept = end;
        }
      }),
    );
  });
});
