import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAllowed } from '../../../activities/fetch/allowed.ts';
import { createGpuActivities } from '../../../activities/gpu.ts';
import { createMediaActivities } from '../../../activities/media.ts';
import { openStore } from '../../../activities/store/open.ts';
import type { Store } from '../../../activities/store/store.ts';
import type { TranscribeWindow } from '../../../activities/transcribe.ts';
import type { GpuActivities, MediaActivities } from '../../../activities/types.ts';
import { Longhand, type Transcription } from '../../../client/index.ts';
import { SileroVad } from '../../../models/vad/silero.ts';
import { workerIdentity } from '../../../workers/identity.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/search-attributes.ts';
import { audio, FFMPEG } from '../../formats/audio.ts';
import { decode, writeWav } from '../../support/wav.ts';
import { heard } from '../../support/window-result.ts';
import { Bench } from './bench.ts';

type Activities = MediaActivities & GpuActivities;
export type ActivityName = keyof Activities;

/** What a test does around an activity; without it, the activity itself. */
export type Around = (name: ActivityName, run: () => Promise<unknown>) => Promise<unknown>;

/**
 * All of Longhand but its engine: a server, the workflows, the real activities on a store of its own. The device says of
 * a window the hash of its samples, and counts what it is asked.
 */
export class Stand implements AsyncDisposable {
  readonly bench: Bench;
  readonly folder: string;
  readonly store: Store;
  readonly longhand: Longhand;
  /** Each window that the device was asked for, as it said of it. */
  readonly asked: string[] = [];
  readonly #vad: SileroVad;
  #sources = 0;

  private constructor(bench: Bench, folder: string, url: string, store: Store, vad: SileroVad) {
    this.bench = bench;
    this.folder = folder;
    this.store = store;
    this.#vad = vad;
    this.longhand = new Longhand({ address: bench.server.address, store: url });
  }

  /** `url`: of its store, empty; where left out, one in its folder. */
  static async start(url?: string, serverArguments: readonly string[] = []): Promise<Stand> {
    const attributes = Object.values(SEARCH_ATTRIBUTES).flatMap(({ name }) => [
      '--search-attribute',
      `${name}=Keyword`,
    ]);
    const folder = await mkdtemp(join(tmpdir(), 'longhand-stand-'));
    const used = url ?? join(folder, 'store');
    const [bench, store, vad] = await Promise.all([
      Bench.start(...attributes, ...serverArguments),
      openStore(used),
      SileroVad.load(),
    ]);
    return new Stand(bench, folder, used, store, vad);
  }

  /** Runs `work` beside workers whose activities have `around` about them, on `store`; clients see that they are here. */
  async with<T>(work: () => Promise<T>, around?: Around, store?: Store): Promise<T> {
    const activities = this.#activities(around, store);
    return this.bench.with({ activities }, work, await workerIdentity('media'));
  }

  /** A minute of speech, a few chunks, each time a little quieter: no source has the samples of another. */
  async source(): Promise<string> {
    this.#sources += 1;
    const volume = 1 / (1 + this.#sources / 50);
    const samples = await decode(audio('en/dialogue_two_speakers.opus'));
    const path = join(this.folder, `source-${this.#sources}.wav`);
    await writeWav(
      path,
      samples.map((sample) => Math.round(sample * volume)),
    );
    return path;
  }

  /** Starts, or attaches to, the transcription of a file to the folder `out`. */
  transcribe(path: string, out: string): Promise<Transcription> {
    return this.longhand.transcribe(path, { out, formats: ['json', 'srt', 'txt'], language: 'en' });
  }

  /** What is half-written in the store. */
  leftovers(): Promise<string[]> {
    return readdir(join(this.folder, 'store', '.tmp'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.longhand.close();
    await this.bench[Symbol.asyncDispose]();
    this.#vad[Symbol.dispose]();
    await rm(this.folder, { recursive: true, force: true });
  }

  #activities(around: Around = (_, run) => run(), store = this.store): Activities {
    const { folder: home } = this;
    const activities: Activities = {
      ...createMediaActivities({
        home,
        store,
        ffmpeg: FFMPEG,
        vad: this.#vad,
        pool: {
          isCpu: true,
          precisionsOf: () => Promise.resolve(['int8']),
          hasBegun: () => Promise.resolve(false),
          precisionsOn: () => Promise.resolve(['int8']),
        },
        mayConnect: readAllowed({ LONGHAND_FETCH_ALLOW: '127.0.0.1' }),
        worker: 'test',
      }),
      ...createGpuActivities({
        store,
        transcribe: this.#hear,
        device: 'cpu',
        worker: 'test',
        freeMemory: () => Promise.resolve(null),
      }),
    };
    const wrapped: unknown = Object.fromEntries(
      (Object.entries(activities) as [ActivityName, (input: never) => Promise<unknown>][]).map(
        ([name, run]) => [name, (input: never) => around(name, () => run(input))],
      ),
    );
    return wrapped as Activities;
  }

  readonly #hear: TranscribeWindow = (_, pcm, __, signal) => {
    signal.throwIfAborted();
    const text = createHash('sha256').update(pcm).digest('hex').slice(0, 12);
    this.asked.push(text);
    return Promise.resolve(heard([{ start: 0, end: pcm.length, text }]));
  };
}

/** What the transcript in a folder says, a line a chunk. */
export async function textsIn(out: string): Promise<string[]> {
  const [name = ''] = (await readdir(out)).filter((file) => file.endsWith('.txt'));
  return (await readFile(join(out, name), 'utf8')).trim().split(/\s+/);
}
