import { readFileSync } from 'node:fs';
import { access, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wavHeader } from '../../../client/cli/dataset/wav.ts';
import { decode, RATE } from '../../support/wav.ts';
import { findPrompts, type PromptPath } from './prompts.ts';

/** Audio with what is said in it. */
export interface Recording {
  readonly path: string;
  readonly text: string;
  /** Seconds. */
  readonly duration: number;
}

/** A prompt with what it says. */
interface Prompt {
  readonly id: string;
  readonly text: string;
}

/** A prompt in the ten minutes; seconds. */
interface PlacedPrompt extends Prompt {
  readonly start: number;
  readonly end: number;
}

const FIRST = new URL('../../audio/en/jfk.flac', import.meta.url);
const CLIP_SECONDS = 5;
/** Silence after the last prompt, as between them; seconds. */
const PAUSE = 0.6;
/** Samples by which a prompt may differ in length from its place: resampling rounds. */
const TOLERANCE = 2;

const read = <T>(name: string): readonly T[] =>
  JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as T[];

/** The recordings of the bench, made in a folder when first asked for. */
export class Recordings {
  readonly #folder: string;
  #prompts: Promise<PromptPath> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Ten minutes of prompts, one after the other, `times` times: WAV, 16 kHz. */
  async tenMinutes(times: number): Promise<Recording> {
    const prompts = read<PlacedPrompt>('ten-minutes.json');
    const length = Math.trunc(((prompts.at(-1)?.end ?? 0) + PAUSE) * RATE);
    const path = join(this.#folder, `ten-minutes-${times}.wav`);
    // Each time a sample later than voice activity's frames: a chunk that is the same twice would be found in the store.
    const pauses = Array.from({ length: times }, (_, round) => round);
    const total = pauses.reduce((sum, pause) => sum + length + pause, 0);
    await make(path, total, async () => {
      const pathOf = await this.#find();
      const samples = new Int16Array(length);
      for (const prompt of prompts) place(await decode(pathOf(prompt.id)), prompt, samples);
      return pauses.flatMap((pause) => [samples, new Int16Array(pause)]);
    });
    const text = prompts.map((prompt) => prompt.text).join('\n');
    return { path, text: `${text}\n`.repeat(times), duration: total / RATE };
  }

  /** A hundred prompts of up to 5 s, each padded with silence to 5 s, in a folder of their own. */
  async clips(): Promise<Recording[]> {
    const length = CLIP_SECONDS * RATE;
    const clips: Recording[] = [];
    for (const { id, text } of read<Prompt>('clips.json')) {
      const path = join(this.#folder, 'clips', `${id.replaceAll('/', '-')}.wav`);
      await make(path, length, async () => {
        const samples = new Int16Array(length);
        samples.set(await decode((await this.#find())(id)));
        return [samples];
      });
      clips.push({ path, text, duration: CLIP_SECONDS });
    }
    return clips;
  }

  /** A clip that is in none of the others, as WAV: what is transcribed first and not counted. */
  async first(): Promise<string> {
    const path = join(this.#folder, 'first.wav');
    const samples = await decode(fileURLToPath(FIRST));
    await make(path, samples.length, () => Promise.resolve([samples]));
    return path;
  }

  #find(): Promise<PromptPath> {
    return (this.#prompts ??= findPrompts(this.#folder));
  }
}

function place(prompt: Int16Array, { id, start, end }: PlacedPrompt, samples: Int16Array): void {
  const [from, length] = [Math.round(start * RATE), (end - start) * RATE];
  if (Math.abs(prompt.length - length) > TOLERANCE) {
    throw new Error(`Expected the prompt ${id} to have ${length} samples, got ${prompt.length}`);
  }
  samples.set(prompt, from);
}

/** Writes a WAV file, where it is not there yet, of the `length` samples that `content` gives in pieces. */
async function make(
  path: string,
  length: number,
  content: () => Promise<readonly Int16Array[]>,
): Promise<void> {
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return;
  const pieces = await content();
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.draft`;
  const file = await open(draft, 'w');
  try {
    await file.write(wavHeader(length));
    for (const piece of pieces) await file.write(piece);
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
