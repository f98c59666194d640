import type { WhisperSession } from '../whisper/session.ts';
import { WINDOW_SAMPLES } from '../whisper/window.ts';
import type { MemoryBound } from './memory-bound.ts';
import type { Warmup } from './protocol.ts';
import { outOfMemory } from './out-of-memory.ts';

interface Parts {
  readonly open: () => Promise<WhisperSession>;
  /** The most rows of a run, and those that every run is filled up to. */
  readonly batch: number;
  readonly fill: number;
  readonly bound: MemoryBound | undefined;
  /** Bytes that the engine holds on its device. */
  readonly held: () => Promise<number>;
}

/**
 * Loads a model and transcribes 30 s of silence twice, so that no request pays for first use; learns what that gained, what a
 * row of a batch takes, and how many fit.
 * @throws LH_OUT_OF_MEMORY where not one does.
 */
export async function warmUp({ open, batch, fill, bound, held }: Parts): Promise<Warmup> {
  const [load, session] = await timed(open);
  const [encoding, row] = await timed(() => silence(session));
  const encoded = await held();
  const [decoding, filled] = await timed(() => decodeFilled(session, row, fill));
  bound?.ran(filled, true);
  const decoded = await held();
  const [window] = await timed(async () => session.decode([await silence(session)], filled));
  const rows = bound?.rows() ?? Infinity;
  if (rows > 1 && rows < batch) {
    // Memory is short: two sizes of a batch tell what a row needs.
    await session.decode([row, row], fill);
    bound?.ran(Math.max(2, fill), true);
  }
  const perRow = bound ? bound.row : Math.max(0, decoded - encoded) / filled;
  const fitting = bound ? bound.rows() : fill > 1 ? filled : batch;
  return {
    ...{ load, window },
    first: encoding + decoding,
    memory: {
      held: Math.max(0, decoded - filled * perRow),
      row: perRow,
      most: Math.min(batch, fitting),
    },
  };
}

const silence = async (session: WhisperSession) => ({
  encoded: await session.encode(new Float32Array(WINDOW_SAMPLES)),
  decode: { language: 'auto' },
  samples: WINDOW_SAMPLES,
});

/** Decodes a row in a run of `fill`, or of the half where that does not fit, and says of how many the run was. */
async function decodeFilled(
  session: WhisperSession,
  row: Awaited<ReturnType<typeof silence>>,
  fill: number,
): Promise<number> {
  try {
    await session.decode([row], fill);
    return fill;
  } catch (error) {
    if (fill === 1 || !outOfMemory(error)) throw error;
    return decodeFilled(session, row, Math.ceil(fill / 2));
  }
}

/** Milliseconds that work took, and what it gave. */
async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}
