import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outsideLoops } from '../../../models/engine/loops.ts';

const STAMP = 1000;
const cut = (...tokens: number[]) => outsideLoops(tokens, STAMP).map((index) => tokens[index]!);

describe('outsideLoops', () => {
  it('keeps the first turn of a loop, and what stands around it', () => {
    expect(cut(9, 1, 2, 1, 2, 1, 2, 1, 2, 7)).toEqual([9, 1, 2, 7]);
    expect(cut(5, 5, 5, 5, 5)).toEqual([5]);
  });

  it('leaves three turns: people repeat themselves', () => {
    expect(cut(1, 2, 1, 2, 1, 2)).toEqual([1, 2, 1, 2, 1, 2]);
    expect(cut(5, 5, 5)).toEqual([5, 5, 5]);
  });

  it('leaves out the turn that the end of the tokens cut', () => {
    expect(cut(1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2)).toEqual([1, 2, 3]);
  });

  it('keeps timestamps, which differ from turn to turn', () => {
    const tokens = [1000, 1, 2, 1050, 1050, 1, 2, 1100, 1100, 1, 2, 1150, 1150, 1, 2, 1200];
    expect(cut(...tokens)).toEqual([1000, 1, 2, 1050, 1050, 1100, 1100, 1150, 1150, 1200]);
  });

  it('finds every loop of up to 40 tokens', () => {
    const unit = fc.uniqueArray(fc.integer({ min: 10, max: 900 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(unit, fc.integer({ min: 4, max: 9 }), (tokens, turns) => {
        const looped = Array.from({ length: turns }, () => tokens).flat();
        expect(cut(1, ...looped, 2)).toEqual([1, ...tokens, 2]);
      }),
    );
  });

  it('invents nothing: what is left is in its order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 998, max: 1001 })), (tokens) => {
        const left = cut(...tokens);
        let place = -1;
        for (const token of left) {
          place = tokens.indexOf(token, place + 1);
          expect(place).toBeGreaterThanOrEqual(0);
        }
        const stamps = (all: readonly number[]) => all.filter((token) => token >= STAMP);
        expect(stamps(left)).toEqual(stamps(tokens));
      }),
    );
  });
});
