import { describe, expect, it } from 'vitest';
import { samplingOf } from '../../../models/engine/fallback.ts';
import type { Window } from '../../../models/engine/protocol.ts';
import { int8 } from './bench.ts';

const window: Window = { model: int8, pcm: Int16Array.of(1, 2, 3), decode: { language: 'en', prompt: 'a' } };
const drawsOf = (changes: Partial<Window>, temperature = 0.4) =>
  samplingOf({ ...window, ...changes }, temperature)?.draws;

describe('samplingOf', () => {
  it('draws nothing at temperature 0', () => {
    expect(samplingOf(window, 0)).toBeUndefined();
  });

  it('draws the same for the same samples, options and temperature, wherever the samples lie', () => {
    const buffer = Int16Array.of(9, 1, 2, 3, 9);
    expect(drawsOf({ pcm: buffer.subarray(1, 4) })).toEqual(drawsOf({}));
    expect(drawsOf({ decode: { prompt: 'a', language: 'en' } })).toEqual(drawsOf({}));
    expect(drawsOf({ model: { ...int8, graphs: 'elsewhere' } })).toEqual(drawsOf({}));
    expect(drawsOf({ decode: { ...window.decode, words: true } })).toEqual(drawsOf({}));
  });

  it('draws otherwise for others', () => {
    const others = [
      drawsOf({}),
      drawsOf({}, 0.6),
      drawsOf({ pcm: Int16Array.of(1, 2, 4) }),
      drawsOf({ decode: { language: 'zh', prompt: 'a' } }),
      drawsOf({ decode: { language: 'en' } }),
    ];
    expect(new Set(others.map(String)).size).toBe(others.length);
  });

  it('draws evenly, below 1', () => {
    const draws = [...(drawsOf({}) ?? [])];
    expect(draws).toHaveLength(224);
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
    expect(draws.reduce((sum, draw) => sum + draw, 0) / draws.length).toBeCloseTo(0.5, 0);
  });
});
