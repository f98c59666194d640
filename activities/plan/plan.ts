import type { SileroVad } from '../../models/vad/silero.ts';
import { speechSpans } from '../../models/vad/spans.ts';
import type { Chunk, Span } from '../../workflows/contract.ts';
import { derivedKey, planKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { PlanInput } from '../types.ts';
import { MAX_SPEECH_SAMPLES, packChunks, PLAN_VERSION, sharedSamples } from './chunks.ts';

const SAMPLE_BYTES = 2;

interface PlanDeps {
  readonly store: Pick<Store, 'get' | 'put' | 'read'>;
  readonly vad: Pick<SileroVad, 'probabilities'>;
  /** Ends the work; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Called with the samples of the section heard so far. */
  readonly onProgress?: (samples: number) => void;
}

/**
 * Voice activity over one section, giving its chunks: none where nobody speaks. The plan is kept in the store, so
 * that the same section is never planned twice, nor in two ways.
 *
 * @throws LH_STORE_MISSING where the recording is gone or shorter than the section.
 */
export async function planSection(
  { recording, start, end, language }: PlanInput,
  deps: PlanDeps,
): Promise<Chunk[]> {
  const { store, vad, signal, onProgress } = deps;
  const section: Span = [start, end];
  const shared = sharedSamples(language);
  const key = planKey(recording, section, shared, PLAN_VERSION);
  await store.put(derivedKey(recording, key), new Uint8Array());
  const kept = await store.get(key);
  if (kept) return parse(kept);

  const samples = toSamples(await store.read(recording, start * SAMPLE_BYTES, end * SAMPLE_BYTES));
  const probabilities = await vad.probabilities(samples, signal, onProgress);
  const speech = speechSpans(probabilities, samples.length, MAX_SPEECH_SAMPLES);
  const onClock = speech.map(([from, to]): Span => [start + from, start + to]);
  const chunks = packChunks(onClock, section, shared);
  const created = await store.put(key, Buffer.from(JSON.stringify(chunks)));
  // Another attempt was faster: its plan may differ where its processor rounds otherwise, and it is the one that counts.
  const winner = created === 'existed' ? await store.get(key) : null;
  return winner ? parse(winner) : chunks;
}

const parse = (bytes: Buffer): Chunk[] => JSON.parse(bytes.toString()) as Chunk[];

/** 16-bit little-endian PCM as numbers. The bytes may start anywhere in their buffer. */
function toSamples(pcm: Buffer): Int16Array {
  const aligned = pcm.byteOffset % SAMPLE_BYTES === 0 ? pcm : Uint8Array.from(pcm);
  return new Int16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / SAMPLE_BYTES);
}
