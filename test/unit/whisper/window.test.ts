import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRECISIONS, RECIPES } from '../../../models/whisper/precision.ts';
import { framesOf } from '../../../models/whisper/window.ts';

const SECOND = 16_000;

describe('framesOf', () => {
  it.each([
    [1, 384],
    [4.68 * SECOND, 384],
    [4.68 * SECOND + 1, 448],
    [11 * SECOND, 704],
    [20 * SECOND, 1152],
    [20 * SECOND + 1, 1500],
    [30 * SECOND, 1500],
  ])('gives %d samples %d frames where windows are trimmed', (samples, frames) => {
    expect(framesOf(samples, RECIPES.int8)).toBe(frames);
  });

  it('leaves 3 s of silence behind what it trims, and no more than a block beyond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5 * SECOND, max: 20 * SECOND }), (samples) => {
        const silence = framesOf(samples, RECIPES.int8) * 320 - samples;
        expect(silence).toBeGreaterThanOrEqual(3 * SECOND);
        expect(silence).toBeLessThan(3 * SECOND + 64 * 320);
      }),
    );
  });

  it('trims neither fp32 nor what is made for CUDA', () => {
    const whole = PRECISIONS.filter((precision) => framesOf(SECOND, RECIPES[precision]) === 1500);
    expect(whole).toEqual(['fp32', 'fp16', 'int8-fp16']);
  });
});
