/**
 * transformers.js on Node: Whisper base in fp32, windows of 30 s one after the other.
 *
 * usage: transformers-js.ts PACKAGE_FOLDER THREADS
 *
 * Speaks as `runner.py` does, and takes WAV files of 16 kHz, mono, 16 bits. It loads the ONNX weights that its makers
 * publish on the model hub; there are none elsewhere.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** What of the package is used. */
interface TransformersJs {
  readonly env: { cacheDir: string };
  readonly pipeline: (task: string, model: string, options: object) => Promise<Transcribe>;
}
type Transcribe = (samples: Float32Array, options: object) => Promise<{ readonly text: string }>;

const MODEL = 'onnx-community/whisper-base';
const WAV_HEADER = 44;

const [folder = '', threads] = process.argv.slice(2);
const entry = createRequire(join(folder, 'package.json')).resolve('@huggingface/transformers');
const { env, pipeline } = (await import(pathToFileURL(entry).href)) as TransformersJs;
env.cacheDir = join(folder, 'models');

const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
const transcribe = await pipeline('automatic-speech-recognition', MODEL, {
  dtype: 'fp32',
  session_options: { intraOpNumThreads: Number(threads), interOpNumThreads: 1 },
});
say({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const { files, language } = JSON.parse(line) as { files: string[]; language: string | null };
  const started = performance.now();
  const texts: string[] = [];
  for (const file of files) {
    const options = { language, task: 'transcribe', chunk_length_s: 30 };
    texts.push((await transcribe(await samplesOf(file), options)).text);
  }
  say({ texts, seconds: (performance.now() - started) / 1000 });
}

async function samplesOf(path: string): Promise<Float32Array> {
  const bytes = (await readFile(path)).subarray(WAV_HEADER);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i) / 32_768);
}
