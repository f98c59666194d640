import type { EngineModel } from '../../../models/engine/protocol.ts';
import type { Device } from '../../../models/whisper/device.ts';
import { WhisperSession } from '../../../models/whisper/session.ts';
import { median } from '../report/rows.ts';

/** A run of the decoder. Its turns: one for the language, one for each token, one for the end of the text. */
interface Decode {
  readonly rows: number;
  readonly milliseconds: number;
  readonly turns: number;
}

/** Milliseconds of one precision. */
interface Steps {
  readonly load: number;
  readonly encode: number;
  readonly decodes: readonly Decode[];
}

const ROWS = [1, 4, 8, 16, 32];
const REPEATS = 3;

/** Times the encoder on whole windows, and the decoder on so many rows, all the longest window, after runs uncounted. */
export async function measureSteps(
  { folder, graphs, precision }: EngineModel,
  device: Device,
  windows: readonly Int16Array[],
): Promise<Steps> {
  const start = performance.now();
  using session = await WhisperSession.load({ folder, graphs, precision, device, threads: 2 });
  const load = performance.now() - start;
  const longest = windows.reduce((most, window) => (window.length > most.length ? window : most));
  const pcm = Float32Array.from(longest, (sample) => sample / 32_768);
  const encoded = await session.encode(pcm);
  const encode = await timed(() => session.encode(pcm));
  const row = { encoded, decode: { language: 'auto' }, samples: pcm.length };
  const decodes: Decode[] = [];
  for (const rows of ROWS) {
    const batch = Array.from({ length: rows }, () => row);
    const [result] = await session.decode(batch);
    const turns = 2 + (result?.tokens.length ?? 0);
    decodes.push({ rows, milliseconds: await timed(() => session.decode(batch)), turns });
  }
  return { load, encode, decodes };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times) ?? NaN;
}
