import { open, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_RECORDING_SAMPLES, SAMPLE_RATE } from '../../workflows/contract.ts';
import { LonghandError, type ErrorCode } from '../../workflows/errors.ts';
import { decode, LIMITS } from '../media/ffmpeg.ts';
import type { FfmpegPaths } from '../media/locate.ts';
import { probe } from '../media/probe.ts';
import { diskFailure } from '../store/failure.ts';
import { SectionCutter } from './sections.ts';

interface Decoding {
  readonly ffmpeg: FfmpegPaths;
  readonly signal?: AbortSignal | undefined;
  /** Called often, with the samples decoded so far. Never goes down. */
  readonly onProgress?: ((samples: number) => void) | undefined;
}

/** A decoded source. */
interface Decoded {
  /** The samples: 16-bit little-endian PCM, 16 kHz, mono. */
  readonly draft: string;
  readonly cutter: SectionCutter;
  /** Samples that the container says it has, or null. */
  readonly claimed: number | null;
  readonly complaints: number;
  /** The first of them. */
  readonly complaint: string | null;
}

/** Ten minutes, and then a second for ten bytes: no codec of speech takes as few, nor silence as FLAC. */
const FREE_SECONDS = 600;
const LEAST_BYTES_PER_SECOND = 10;

/** The most samples that a source of `bytes` bytes may hold. */
export const mostSamples = (bytes: number): number =>
  Math.min(MAX_RECORDING_SAMPLES, Math.floor(FREE_SECONDS + bytes / LEAST_BYTES_PER_SECOND) * SAMPLE_RATE);

/** What a file's own content can be to blame for. */
const BY_CONTENT: readonly ErrorCode[] = ['LH_AUDIO_UNREADABLE', 'LH_AUDIO_TOO_LONG'];

/**
 * Decodes the source at `path`, `bytes` long, to a file in the folder `scratch`. Where ffmpeg complains, fails, or gives
 * much less than the container claims, it is decoded again, tolerantly: silence stands where sound is missing, so that
 * what follows keeps its time; and where it failed, its format is told by its content alone, for its extension may lie.
 * The tolerant result is taken where it is no shorter, and not far longer than what is claimed: then the file's own clock
 * is what is damaged. The same bytes and name give the same samples. `remark` says in one sentence what was wrong.
 *
 * Throws what `probe` and `decode` throw, and LH_AUDIO_TOO_LONG past 100 hours or past what `bytes` can hold.
 */
export async function decodeSource(
  path: string,
  bytes: number,
  scratch: string,
  deps: Decoding,
): Promise<{ draft: string; cutter: SectionCutter; remark?: string }> {
  let furthest = 0;
  const onProgress = (samples: number): void => {
    furthest = Math.max(furthest, samples);
    deps.onProgress?.(furthest);
  };
  const attempt = (from: string, name: string, tolerant: boolean): Promise<Decoded | LonghandError> =>
    decodeOnce(from, mostSamples(bytes), join(scratch, name), { ...deps, onProgress, tolerant }).catch(
      (error: unknown) => {
        const isContent = error instanceof LonghandError && BY_CONTENT.includes(error.code);
        if (isContent && !deps.signal?.aborted) return error;
        throw error;
      },
    );

  const strict = await attempt(path, 'strict.pcm', false);
  if (strict instanceof LonghandError && strict.code !== 'LH_AUDIO_UNREADABLE') throw strict;
  if (!(strict instanceof LonghandError) && !hasStumbled(strict)) return strict;
  const nameless = join(scratch, 'source');
  if (strict instanceof LonghandError) await symlink(path, nameless);
  const tolerant = await attempt(strict instanceof LonghandError ? nameless : path, 'tolerant.pcm', true);
  const best = better(strict, tolerant);
  if (best instanceof LonghandError) throw best;
  return { ...best, remark: remarkOn(strict, best) };
}

/** Whether a decoding that came to its end has lost something: 10 % of what was claimed, and a second. */
function hasStumbled({ complaints, claimed, cutter }: Decoded): boolean {
  return complaints > 0 || (claimed !== null && cutter.samples < 0.9 * claimed - SAMPLE_RATE);
}

function better(strict: Decoded | LonghandError, tolerant: Decoded | LonghandError): Decoded | LonghandError {
  if (tolerant instanceof LonghandError) return strict;
  if (strict instanceof LonghandError) return tolerant;
  const { claimed, cutter } = strict;
  const [less, more] = [cutter.samples, tolerant.cutter.samples];
  const believable = claimed === null ? Infinity : 1.1 * Math.max(claimed, less) + SAMPLE_RATE;
  return less <= more && more <= believable ? tolerant : strict;
}

function remarkOn(strict: Decoded | LonghandError, { cutter, claimed }: Decoded): string {
  const seconds = (samples: number): string => `${(samples / SAMPLE_RATE).toFixed(1)} s`;
  const length =
    claimed === null ? seconds(cutter.samples) : `${seconds(cutter.samples)} of ${seconds(claimed)}`;
  if (strict instanceof LonghandError)
    return `The source is damaged: ${length} could be decoded on a second try.`;
  if (strict.complaint === null) return `The source is shorter than it says: it holds ${length}.`;
  const times = strict.complaints === 1 ? 'once' : `${strict.complaints} times`;
  return `The source is damaged: ffmpeg complained ${times} (${strict.complaint}); the recording has ${length}, and sound may be missing.`;
}

async function decodeOnce(
  path: string,
  most: number,
  draft: string,
  { ffmpeg, signal, onProgress, tolerant }: Decoding & { readonly tolerant: boolean },
): Promise<Decoded> {
  const { durationSeconds, channels } = await probe(ffmpeg, path, { signal });
  const claimed = durationSeconds === null ? null : Math.ceil(durationSeconds * SAMPLE_RATE);
  const cutter = new SectionCutter();
  let complaints = 0;
  let complaint: string | null = null;
  const onComplaint = (line: string): void => {
    complaints += 1;
    complaint ??= line;
  };
  const failed = (error: unknown): never => {
    throw diskFailure(error, draft, claimed === null ? null : claimed * 2);
  };
  const file = await open(draft, 'wx').catch(failed);
  try {
    const limits = { ...LIMITS, samples: most };
    for await (const piece of decode(ffmpeg, path, { signal, limits, channels, tolerant, onComplaint })) {
      await file.appendFile(piece).catch(failed);
      cutter.push(piece);
      if (cutter.samples > most) throw tooLong(path, most);
      onProgress?.(cutter.samples);
    }
  } finally {
    await file.close();
  }
  return { draft, cutter, claimed, complaints, complaint };
}

function tooLong(path: string, most: number): LonghandError {
  const hours = (most / SAMPLE_RATE / 3600).toFixed(1);
  const bound = most === MAX_RECORDING_SAMPLES ? '100 hours' : `the ${hours} hours that its bytes can hold`;
  const message = `Expected at most ${bound} of audio in ${JSON.stringify(path)}, got more.`;
  return new LonghandError('LH_AUDIO_TOO_LONG', message, { details: { path } });
}
