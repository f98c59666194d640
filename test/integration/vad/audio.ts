import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A recording of `test/audio` as 16 kHz mono samples. */
export async function decoded(file: string): Promise<Int16Array> {
  const path = fileURLToPath(new URL(`../../audio/${file}`, import.meta.url));
  const to = ['-ar', '16000', '-ac', '1', '-f', 's16le', '-'];
  const options = { encoding: 'buffer', maxBuffer: 2 ** 26 } as const;
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', path, ...to], options);
  return new Int16Array(Uint8Array.from(stdout).buffer);
}

/** Noise that is the same each time: 16-bit samples of uniform distribution up to `peak`. */
export function noise(samples: number, peak: number): Int16Array {
  let state = 1;
  return Int16Array.from({ length: samples }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round((state / 2 ** 31 - 1) * peak);
  });
}

/** A sine wave. */
export function tone(samples: number, hertz: number, peak: number): Int16Array {
  return Int16Array.from({ length: samples }, (_, index) =>
    Math.round(peak * Math.sin((2 * Math.PI * hertz * index) / 16_000)),
  );
}
