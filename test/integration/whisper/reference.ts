import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { WhisperSession } from '../../../models/whisper/session.ts';
import { WINDOW_SAMPLES } from '../../../models/whisper/window.ts';
import { clipsOf, pathOf } from '../../support/manifest.ts';
import { pcmOf } from '../../support/pcm.ts';

/** What CTranslate2 gave for a window (`test/performance/reference/make_reference.py`). */
interface ReferenceWindow {
  readonly file: string;
  /** First sample. */
  readonly start: number;
  readonly language: string;
  readonly languageProbability: number;
  readonly noSpeech: number;
  readonly averageLogProbability: number;
  readonly tokens: readonly number[];
}
export interface Reference {
  readonly windows: readonly ReferenceWindow[];
}

export const readReference = (model: string): Reference =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, `../../performance/reference/whisper-${model}.json`), 'utf8'),
  ) as Reference;

/** Expects of the model the tokens and probabilities of every stored window, and every file that is meant to be there. */
export async function expectReference(session: WhisperSession, { windows }: Reference): Promise<void> {
  const clips = clipsOf('speech').filter(
    ({ language }) => session.tokens.special.isMultilingual || language === 'en',
  );
  expect([...new Set(windows.map(({ file }) => file))]).toEqual(clips.map(({ file }) => file));
  for (const clip of clips) {
    const whole = pcmOf(pathOf(clip));
    const own = windows.filter(({ file }) => file === clip.file);
    expect(own).toHaveLength(Math.ceil(whole.length / WINDOW_SAMPLES));
    for (const window of own) {
      const pcm = whole.slice(window.start, window.start + WINDOW_SAMPLES);
      const row = { encoded: await session.encode(pcm), decode: { language: 'auto' }, samples: pcm.length };
      const [result] = await session.decode([row]);
      const where = `${window.file} from ${window.start}`;
      expect(result!.tokens, where).toEqual(window.tokens);
      expect(result!.language, where).toBe(window.language);
      expect(result!.languageProbability, where).toBeCloseTo(window.languageProbability, 3);
      expect(result!.noSpeech, where).toBeCloseTo(window.noSpeech, 3);
      // CTranslate2 divides by the tokens without the end of text.
      const total = window.averageLogProbability * window.tokens.length;
      expect(result!.averageLogProbability, where).toBeCloseTo(total / (window.tokens.length + 1), 3);
    }
  }
}
