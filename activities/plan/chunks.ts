import { MAX_CHUNK_SAMPLES, SAMPLE_RATE, type Chunk, type Span } from '../../workflows/contract.ts';

/** Version of the planner: part of a plan's key. */
export const PLAN_VERSION = 2;

/**
 * Silence kept on either side of speech, in samples: 0.2 s. A pause of up to twice that stays whole; of a longer one
 * the middle is left out. Measured with Whisper base, greedy, on the longer test recordings and ten minutes of English
 * (2,017 words and characters): without timestamps 85 errors at 0.1 s, 78 at 0.2 s, 87 at 0.3 s, 103 at 0.4 s, 82 at
 * 0.5 s; with timestamps 46 words were left out at 0.1 s, 34 at 0.2 s, 161 at 0.4 s.
 */
const PAD = SAMPLE_RATE / 5;

/**
 * Samples of audio that spans of speech share a chunk up to: 15 s of English, 30 s where the language is another or not
 * known. The encoder's attention grows with the square of a window's length. Measured with Whisper base (docs/engine.md),
 * English loses nothing by it, Chinese and Russian do.
 * @param language a code, or `auto`.
 */
export const sharedSamples = (language: string): number =>
  language === 'en' ? MAX_CHUNK_SAMPLES / 2 : MAX_CHUNK_SAMPLES;

/** The longest speech that fits into a chunk with its pads. */
export const MAX_SPEECH_SAMPLES = MAX_CHUNK_SAMPLES - 2 * PAD;

/** A pause after which nothing is lost by beginning a new chunk, in samples: 1 s. */
const FULL_STOP = SAMPLE_RATE;

/** Outweighs the cost of all cuts of a section: windows are counted first. */
const WINDOW = 2 ** 40;

/**
 * The chunks of a section: as few as can be, and among those the ones parted at the longest pauses (the sum of
 * what each lacks to 1 s is least), found by dynamic programming over all partings. Every sample of speech is in
 * exactly one chunk.
 *
 * @param speech In order, apart or touching, inside `section`, each at most `MAX_SPEECH_SAMPLES` long.
 * @param shared Samples up to which spans share a chunk; a longer one has a chunk for itself.
 */
export function packChunks(speech: readonly Span[], section: Span, shared: number): Chunk[] {
  const padded = pad(speech, section);
  return partings(speech, padded, shared).map(([first, end]) => ({
    spans: joinTouching(padded.slice(first, end)),
  }));
}

/** Each span with up to `PAD` samples on either side; two spans share a short pause between them. */
function pad(speech: readonly Span[], section: Span): Span[] {
  return speech.map(([start, end], index) => {
    const before = speech[index - 1]?.[1];
    const after = speech[index + 1]?.[0];
    const from = before === undefined ? section[0] : middle(before, start);
    const to = after === undefined ? section[1] : middle(end, after);
    return [Math.max(start - PAD, from), Math.min(end + PAD, to)];
  });
}

const middle = (start: number, end: number): number => Math.floor((start + end) / 2);

/** Which spans go together, `[first, end)` for each chunk. */
function partings(
  speech: readonly Span[],
  padded: readonly Span[],
  shared: number,
): [first: number, end: number][] {
  /** The least cost of packing the first `count` spans, and where the last of their chunks begins. */
  const best = [{ cost: 0, first: 0 }];
  for (let count = 1; count <= padded.length; count += 1) {
    let [cost, chosen, samples] = [Infinity, count - 1, 0];
    for (let first = count - 1; first >= 0; first -= 1) {
      samples += lengthOf(padded[first]);
      if (samples > shared && first < count - 1) break;
      const total = (best[first]?.cost ?? 0) + WINDOW + cutCost(speech[first - 1], speech[first]);
      if (total < cost) [cost, chosen] = [total, first];
    }
    best.push({ cost, first: chosen });
  }
  const chunks: [number, number][] = [];
  for (let end = padded.length; end > 0; end = chunks[0]?.[0] ?? 0)
    chunks.unshift([best[end]?.first ?? 0, end]);
  return chunks;
}

/** What the pause between two spans lacks to a full stop. */
function cutCost(before: Span | undefined, after: Span | undefined): number {
  return before && after ? Math.max(0, FULL_STOP - (after[0] - before[1])) : 0;
}

const lengthOf = (span: Span | undefined): number => (span ? span[1] - span[0] : 0);

function joinTouching(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last?.[1] === span[0]) joined[joined.length - 1] = [last[0], span[1]];
    else joined.push(span);
  }
  return joined;
}
