/**
 * Broken files of every format, through ingest and voice activity as a media worker runs them. `npm run test:fuzz` tries
 * 2,000; LONGHAND_FUZZ says how many, LONGHAND_FUZZ_SEED which.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { mostSamples } from '../../activities/ingest/decode-source.ts';
import { ingest } from '../../activities/ingest/ingest.ts';
import { planSection } from '../../activities/plan/plan.ts';
import { openFolderStore } from '../../activities/store/folder.ts';
import { SileroVad } from '../../models/vad/silero.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { mapInOrder } from '../../workflows/map-in-order.ts';
import { audio, clipsOf, FFMPEG, make, temporaryFolder } from './audio.ts';
import { fuzzed, type Fuzzed } from './fuzz.ts';

const COUNT = Number(process.env.LONGHAND_FUZZ ?? 100);
const SEED = Number(process.env.LONGHAND_FUZZ_SEED ?? 1);
/** Seconds of each clip: what is short is tried quickly. */
const SECONDS = '3';
/** How a file may be refused. */
const REFUSALS = ['LH_AUDIO_UNREADABLE', 'LH_AUDIO_NO_SOUND', 'LH_AUDIO_TOO_LONG', 'LH_SOURCE_EMPTY'];
/** Milliseconds that a file of some kilobytes may take, on a machine that does much else. */
const SLOWEST = 120_000;
/** Every so many files are ingested again, which must give the same; and are heard by voice activity. */
const [AGAIN, HEARD] = [10, 5];

const path = temporaryFolder();

interface Tried {
  readonly outcome: 'whole' | 'tolerant' | 'refused';
  /** Of the samples, or the code of the refusal. */
  readonly gave: string;
  readonly milliseconds: number;
}

/** Ingests one file into a store of its own, which goes with it. */
async function attempt(
  { clip, extension, mutate }: Fuzzed,
  name: string,
  vad: SileroVad | null,
): Promise<Tried> {
  const folder = path(name);
  await mkdir(folder);
  const bytes = mutate(await readFile(clip));
  const file = join(folder, `clip.${extension}`);
  await writeFile(file, bytes);
  const store = await openFolderStore(join(folder, 'store'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const source = { uri: pathToFileURL(file).href, name: 'clip', sha256 };
  const began = performance.now();
  const took = (): number => performance.now() - began;
  try {
    const { key, samples, sectionEnds, remark } = await ingest(source, { store, ffmpeg: FFMPEG });
    const milliseconds = took();
    expect(samples).toBeLessThanOrEqual(mostSamples(bytes.length));
    expect(await store.size(key)).toBe(samples * 2);
    if (vad) {
      const chunks = await planSection(
        { recording: key, start: 0, end: sectionEnds[0]!, language: 'auto' },
        { store, vad },
      );
      for (const { spans } of chunks) for (const [, end] of spans) expect(end).toBeLessThanOrEqual(samples);
    }
    const gave = createHash('sha256')
      .update((await store.get(key))!)
      .digest('hex');
    return { outcome: remark === undefined ? 'whole' : 'tolerant', gave, milliseconds };
  } catch (error) {
    if (!(error instanceof LonghandError) || !REFUSALS.includes(error.code)) throw error;
    return { outcome: 'refused', gave: error.code, milliseconds: took() };
  } finally {
    expect(await readdir(join(folder, 'store', '.tmp'))).toEqual([]);
    await rm(folder, { recursive: true });
  }
}

/** The clips of every format, shortened where ffmpeg can copy them, as files. */
async function clips(): Promise<string[]> {
  const shortened: string[] = [];
  for (const { file } of await clipsOf('formats')) {
    const short = path(file.replace('formats/', ''));
    await make('-i', audio(file), '-t', SECONDS, '-c', 'copy', short);
    expect((await stat(short)).size).toBeGreaterThan(1000);
    shortened.push(short);
  }
  return shortened;
}

it(
  'broken files of every format are transcribed or refused, within bounds',
  { timeout: 120_000 + COUNT * 5000 },
  async () => {
    using vad = await SileroVad.load();
    const files = fuzzed(await clips(), COUNT, SEED);
    const counts: Record<string, number> = {};
    let slowest = 0;
    const began = performance.now();
    await mapInOrder([...files.entries()], 2, async ([index, file]) => {
      const where = `file ${index} of seed ${SEED}: ${file.clip} as .${file.extension}`;
      const tried = await attempt(file, `${index}`, index % HEARD === 0 ? vad : null).catch(
        (cause: unknown) => {
          throw new Error(`${where}: ${String(cause)}`, { cause });
        },
      );
      expect(tried.milliseconds, where).toBeLessThan(SLOWEST);
      slowest = Math.max(slowest, tried.milliseconds);
      for (const what of [tried.outcome, ...(tried.outcome === 'refused' ? [tried.gave] : [])])
        counts[what] = (counts[what] ?? 0) + 1;
      if (index % AGAIN !== 0) return;
      const again = await attempt(file, `${index}-again`, null);
      expect([again.outcome, again.gave], where).toEqual([tried.outcome, tried.gave]);
    });
    // The same seed breaks files in more than one way, and not so badly that all are refused.
    for (const outcome of ['tolerant', 'refused']) expect(counts[outcome]).toBeGreaterThan(COUNT / 20);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    process.stdout.write(
      `fuzz: ${JSON.stringify(counts)}, the slowest ${(slowest / 1000).toFixed(1)} s, all in ${seconds} s\n`,
    );
  },
);
