import { createHash } from 'node:crypto';
import type { Sampling } from '../whisper/decoder-inputs.ts';
import { MAX_TOKENS } from '../whisper/token-budget.ts';
import type { Window } from './protocol.ts';

/** What a window is decoded at, one after the other, until its text is good (openai/whisper, `temperature`). */
export const TEMPERATURES: readonly number[] = [0, 0.2, 0.4, 0.6, 0.8, 1];

/**
 * How a window's tokens are drawn at a temperature; undefined at 0, where nothing is. The draws are SHAKE256 of what
 * decides the text, samples, options and temperature, in steps of 2⁻²³: whoever decodes the window again, with words or
 * without, draws the same.
 */
export function samplingOf({ pcm, decode }: Window, temperature: number): Sampling | undefined {
  if (temperature === 0) return undefined;
  const options = Object.entries(decode)
    .filter(([name]) => name !== 'words')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const bytes = createHash('shake256', { outputLength: 4 * MAX_TOKENS })
    .update(JSON.stringify([temperature, options]))
    .update(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength))
    .digest();
  const draws = Float32Array.from(
    { length: MAX_TOKENS },
    (_, index) => (bytes.readUInt32LE(4 * index) >>> 9) / 2 ** 23,
  );
  return { temperature, draws };
}
