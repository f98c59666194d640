/** The longest recording that is accepted, planned and merged: what its histories hold. Nothing of it is computed. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { heartbeating } from '../../../activities/heartbeat.ts';
import { publish } from '../../../activities/publish/publish.ts';
import { saveSection } from '../../../activities/save.ts';
import { openFolderStore } from '../../../activities/store/folder.ts';
import {
  MAX_CHUNK_SAMPLES,
  MAX_RECORDING_SAMPLES,
  MAX_SECTION_SAMPLES,
  type ChunkRequest,
  type ChunkSegment,
  type PackedWord,
} from '../../../workflows/contract.ts';
import { historySizes, type HistorySize } from '../../integration/bounds/history.ts';
import { Bench } from '../../integration/workflows/bench.ts';
import { makeFakes, said, type Fakes } from '../../integration/workflows/fakes.ts';

const LIMIT = 3_000_000;
const SECTIONS = MAX_RECORDING_SAMPLES / MAX_SECTION_SAMPLES;
const CHUNKS = MAX_RECORDING_SAMPLES / MAX_CHUNK_SAMPLES;
/** Fast speech: five words a second, each with its time. */
const SEGMENTS_OF_CHUNK = 6;
const WORDS_OF_SEGMENT = 25;
const WORD = ' something';

const KB = 1024;
/** What a server warns of; it ends a workflow at five times as much. */
const BOUNDS = { events: 10_240, bytes: 10_240 * KB, largestPayload: 256 * KB } as const;

let bench: Bench;
let folder: string;

beforeAll(async () => {
  [bench, folder] = await Promise.all([Bench.start(), mkdtemp(join(tmpdir(), 'longhand-hours-'))]);
}, LIMIT);
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

it(
  'a hundred hours without a pause, every word with its time, stay within the bounds of a history',
  async () => {
    const out = join(folder, 'out');
    const { result } = await bench.transcribe(await planned(), {
      language: 'en',
      words: true,
      formats: ['srt', 'txt'],
      out: pathToFileURL(`${out}/`).href,
    });
    expect(result).toMatchObject({
      ...{ sections: SECTIONS, segments: CHUNKS * SEGMENTS_OF_CHUNK, gaps: 0 },
      ...{ duration: 360_000, speech: 360_000 },
    });
    const text = await readFile(join(out, 'talk.txt'), 'utf8');
    const order = [...text.matchAll(/chunk-(\d+)/g)].map(([, number]) => Number(number));
    expect(order).toEqual(Array.from({ length: CHUNKS }, (_, index) => index));

    const histories = await historySizes(bench.client);
    expect(histories).toHaveLength(SECTIONS + 1);
    expect(histories.reduce((sum, { transcribed }) => sum + transcribed, 0)).toBe(CHUNKS);
    process.stdout.write(`${tableOf(histories)}\n`);
    for (const [field, bound] of Object.entries(BOUNDS)) {
      expect(largest(histories, field as keyof typeof BOUNDS), field).toBeLessThan(bound);
    }
  },
  LIMIT,
);

/** Sections full of speech, which a device would hear as much in as anybody says; saved and published as ever. */
async function planned(): Promise<Fakes> {
  const store = await openFolderStore(join(folder, 'store'));
  return makeFakes({
    sections: Array.from({ length: SECTIONS }, () => MAX_SECTION_SAMPLES),
    chunk: MAX_CHUNK_SAMPLES,
    transcribe: (request) => said(request, { segments: segmentsOf(request) }),
    overrides: {
      save: (input) => saveSection(input, store),
      publish: (input) => heartbeating((_, signal) => publish(input, { store, signal })),
    },
  });
}

/** The first words of a chunk name its place in the plan. */
function segmentsOf({ chunk }: ChunkRequest): ChunkSegment[] {
  const place = (chunk.spans[0]?.[0] ?? 0) / MAX_CHUNK_SAMPLES;
  const length = MAX_CHUNK_SAMPLES / SEGMENTS_OF_CHUNK;
  return Array.from({ length: SEGMENTS_OF_CHUNK }, (_, index) => {
    const [start, end] = [index * length, (index + 1) * length];
    const first = index === 0 ? ` chunk-${place}` : WORD;
    const texts = Array.from({ length: WORDS_OF_SEGMENT }, (_, word) => (word === 0 ? first : WORD));
    const step = length / WORDS_OF_SEGMENT;
    const words = texts.map((text, word): PackedWord => [
      start + word * step,
      start + (word + 1) * step,
      text.length,
      99,
    ]);
    return { start, end, text: texts.join(''), words };
  });
}

const largest = (histories: readonly HistorySize[], field: keyof typeof BOUNDS): number =>
  Math.max(...histories.map((history) => history[field]));

/** For people: the parent's history, and the largest of a section. */
function tableOf(histories: readonly HistorySize[]): string {
  const line = (name: string, of: readonly HistorySize[]) =>
    `${name}: up to ${largest(of, 'events')} events, ${Math.round(largest(of, 'bytes') / KB)} KB, ` +
    `payloads to ${Math.round(largest(of, 'largestPayload') / KB)} KB`;
  const isSection = ({ workflowId }: HistorySize) => workflowId.includes('/');
  return [
    line(
      'transcription',
      histories.filter((one) => !isSection(one)),
    ),
    line('sections', histories.filter(isSection)),
  ].join('\n');
}
