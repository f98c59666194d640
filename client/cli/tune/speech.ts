import { fileURLToPath } from 'node:url';
import { decode, LIMITS } from '../../../activities/media/ffmpeg.ts';
import { locateFfmpeg } from '../../../activities/media/locate.ts';
import { checkSourceFile } from '../../../activities/media/source-file.ts';
import { MAX_SPEECH_SAMPLES, packChunks, sharedSamples } from '../../../activities/plan/chunks.ts';
import type { FetchOptions } from '../../../models/cache/fetch.ts';
import { SileroVad } from '../../../models/vad/silero.ts';
import { speechSpans } from '../../../models/vad/spans.ts';
import { MAX_SECTION_SAMPLES } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';

/** Half a minute of a novel, read aloud for LibriVox; in the public domain. */
export const SPEECH = fileURLToPath(new URL('./speech.opus', import.meta.url));

/**
 * The speech of a file's first ten minutes as the windows that an engine is given: 16 kHz, mono, at most 30 s each. Throws
 * what `checkSourceFile` and `decode` throw, and LH_OPTION_INVALID where nobody speaks.
 */
export async function speechOf(path: string, fetching: FetchOptions): Promise<Int16Array[]> {
  await checkSourceFile(path);
  const ffmpeg = await locateFfmpeg(fetching);
  const limits = { ...LIMITS, samples: MAX_SECTION_SAMPLES };
  const pieces: Buffer[] = [];
  for await (const piece of decode(ffmpeg, path, { signal: fetching.signal, limits })) pieces.push(piece);
  const bytes = Uint8Array.from(Buffer.concat(pieces));
  const samples = new Int16Array(bytes.buffer, 0, Math.min(bytes.length >> 1, MAX_SECTION_SAMPLES));
  using vad = await SileroVad.load();
  const windows = await windowsOf(samples, 'auto', vad);
  if (windows.length > 0) return windows;
  throw new LonghandError('LH_OPTION_INVALID', `Expected speech to measure with in ${path}, found none`);
}

/** The windows of samples at 16 kHz, as a plan has them. `language`: a code, or `auto`. */
export async function windowsOf(
  samples: Int16Array,
  language: string,
  vad: Pick<SileroVad, 'probabilities'>,
): Promise<Int16Array[]> {
  const speech = speechSpans(await vad.probabilities(samples), samples.length, MAX_SPEECH_SAMPLES);
  return packChunks(speech, [0, samples.length], sharedSamples(language)).map(({ spans }) => {
    const pieces = spans.map(([start, end]) => samples.subarray(start, end));
    const window = new Int16Array(pieces.reduce((sum, { length }) => sum + length, 0));
    pieces.reduce((at, piece) => (window.set(piece, at), at + piece.length), 0);
    return window;
  });
}
