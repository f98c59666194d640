import { LonghandError } from '../../workflows/errors.ts';
import { EngineProcess } from '../engine/process.ts';
import type { EngineModel } from '../engine/protocol.ts';
import { openWeights } from '../readers/open.ts';
import { readConfig } from '../whisper/config.ts';
import { dimsOf } from '../whisper/dims.ts';
import { WhisperTokens } from '../whisper/tokens.ts';
import { SAMPLE_RATE } from '../whisper/window.ts';

const TRIAL_SECONDS = 4;

/**
 * Whether a folder holds a Whisper model: the shape of every tensor, the special tokens, the configuration. Gives the
 * languages that it knows. Throws LH_MODEL_INVALID.
 */
export function checkModel(folder: string): { readonly languages: readonly string[] } {
  using weights = openWeights(folder);
  const { special } = WhisperTokens.load(folder, dimsOf(weights).vocabulary);
  readConfig(folder);
  return { languages: special.languages };
}

/**
 * Transcribes a few seconds of sound in an engine of its own. Whatever the text, the probabilities must be numbers.
 * Throws LH_MODEL_INVALID, what ended the engine, or the signal's reason.
 */
export async function tryOut(model: EngineModel, signal?: AbortSignal): Promise<void> {
  await using engine = new EngineProcess({ device: 'cpu', threads: 1, batch: 1 }, model);
  const interrupted = new Promise<never>((_, reject) =>
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
  interrupted.catch(() => undefined);
  await Promise.race([engine.ready, interrupted]);
  const window = { model, pcm: hum(), decode: { language: 'auto' } };
  const { languageProbability, noSpeech, averageLogProbability } = await engine.submit(window, signal);
  const isProbability = (value: number) => value >= 0 && value <= 1;
  if ([languageProbability, noSpeech, Math.exp(averageLogProbability)].every(isProbability)) return;
  throw new LonghandError(
    'LH_MODEL_INVALID',
    `Expected probabilities from a trial transcription, but got ${languageProbability} for the language, ${noSpeech} for no speech and ${averageLogProbability} for the text's logarithm.`,
  );
}

/** A voice without words: a low tone with its overtones that swells four times a second. */
function hum(): Int16Array {
  return Int16Array.from({ length: TRIAL_SECONDS * SAMPLE_RATE }, (_, sample) => {
    const time = sample / SAMPLE_RATE;
    const tone = [1, 2, 3, 5].reduce(
      (sum, overtone) => sum + Math.sin(2 * Math.PI * 140 * overtone * time) / overtone,
      0,
    );
    return 4000 * tone * (0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * time));
  });
}
