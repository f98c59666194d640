import { createHash } from 'node:crypto';
import {
  MAX_CHUNK_SAMPLES,
  speechOf,
  type ChunkAnswer,
  type ChunkRequest,
  type ChunkResult,
  type ChunkRun,
  type DecodeOptions,
  type Rung,
} from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';
import { packWord } from '../workflows/words.ts';
import type { WindowState } from '../models/engine/protocol.ts';
import type { WindowResult } from '../models/whisper/session.ts';
import { chunkKey, derivedKey } from './store/keys.ts';
import type { Store } from './store/store.ts';

/** Whatever transcribes one window on a rung: the device of a gpu worker. */
export type TranscribeWindow = (
  rung: Rung,
  pcm: Int16Array,
  decode: DecodeOptions,
  signal: AbortSignal,
  onState: (state: WindowState) => void,
  isAlone: boolean,
) => Promise<WindowResult>;

/** What a chunk is at: its samples are read, it waits for the device, the device has it, its result is committed. */
export type ChunkState = 'reading' | 'waiting' | WindowState | 'committing';

interface TranscribeDependencies {
  readonly store: Store;
  readonly transcribe: TranscribeWindow;
  readonly signal: AbortSignal;
  /** Whether the device computes it by itself. */
  readonly isAlone: boolean;
  readonly onState: (state: ChunkState) => void;
  /** Who does the work, for the run report. */
  readonly by: Pick<ChunkRun, 'attempt' | 'worker' | 'device'>;
}

/**
 * A chunk's text: from the store where anything with the same samples, rung and options has committed it, else
 * from the device, committed before it is returned.
 */
export async function transcribeChunk(
  request: ChunkRequest,
  { store, transcribe, signal, isAlone, onState, by }: TranscribeDependencies,
): Promise<ChunkAnswer> {
  const start = performance.now();
  const answer = (result: ChunkResult, found: boolean): ChunkAnswer => ({
    result,
    run: { ...by, seconds: hundredths((performance.now() - start) / 1000), found },
  });
  onState('reading');
  const { bytes, key, known } = await findChunk(request, store);
  // Also where it was found: another recording with the same samples may have made it.
  await store.put(derivedKey(request.recording, key), new Uint8Array());
  if (known) return answer(known, true);
  onState('waiting');
  const window = await transcribe(request.rung, toSamples(bytes), request.decode, signal, onState, isAlone);
  onState('committing');
  const result = Buffer.from(JSON.stringify(toResult(window)));
  // Another job may have committed the same chunk meanwhile: then all say what was said first.
  const outcome = await store.put(key, result);
  return answer(parse(outcome === 'created' ? result : ((await store.get(key)) ?? result)), false);
}

/** A chunk's samples, the key of its result, and the result where the store holds it. */
export async function findChunk(
  request: ChunkRequest,
  store: Store,
): Promise<{ readonly bytes: Buffer; readonly key: string; readonly known: ChunkResult | null }> {
  const bytes = await readChunk(request, store);
  const key = chunkKey({ samplesSha256: sha256(bytes), rung: request.rung, decode: request.decode });
  const known = await store.get(key);
  return { bytes, key, known: known && parse(known) };
}

/** The samples of the chunk's spans, joined, as they are in the recording. */
async function readChunk({ recording, chunk }: ChunkRequest, store: Store): Promise<Buffer> {
  const length = speechOf(chunk);
  if (length === 0 || length > MAX_CHUNK_SAMPLES) {
    throw new LonghandError(
      'LH_ENGINE_INPUT',
      `Expected a chunk of 1 to ${MAX_CHUNK_SAMPLES} samples, got ${length}`,
    );
  }
  return Buffer.concat(
    await Promise.all(chunk.spans.map(([start, end]) => store.read(recording, start * 2, end * 2))),
  );
}

function toSamples(bytes: Buffer): Int16Array {
  const pcm = new Int16Array(bytes.length / 2);
  for (let index = 0; index < pcm.length; index++) pcm[index] = bytes.readInt16LE(index * 2);
  return pcm;
}

function toResult(window: WindowResult): ChunkResult {
  return {
    language: window.language,
    languageProbability: hundredths(window.languageProbability),
    confidence: hundredths(Math.exp(window.averageLogProbability)),
    noSpeech: hundredths(window.noSpeech),
    temperature: window.temperature,
    segments: window.segments.map(({ start, end, text, words }) => ({
      start,
      end,
      text,
      ...(words && { words: words.map(packWord) }),
    })),
  };
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
/** Rounded to two digits. */
export const hundredths = (value: number): number => Math.round(value * 100) / 100;
const parse = (bytes: Buffer): ChunkResult => JSON.parse(bytes.toString('utf8')) as ChunkResult;
