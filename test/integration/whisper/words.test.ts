import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildGraphs } from '../../../models/whisper/build.ts';
import type { DecodeOptions } from '../../../models/whisper/decode-options.ts';
import { WhisperSession } from '../../../models/whisper/session.ts';
import type { WindowResult } from '../../../models/whisper/session.ts';
import { WINDOW_SAMPLES } from '../../../models/whisper/window.ts';
import { pcmOf } from '../../support/pcm.ts';

/** A word, lower case, and when it begins, in seconds. */
type Onset = readonly [word: string, start: number];
/** Made by `make_word_onsets.py`. */
interface Reference {
  readonly peers: Readonly<
    Record<'float32' | 'int8', { readonly meanError: number; readonly words: number }>
  >;
  readonly clips: readonly {
    readonly file: string;
    readonly seconds: readonly [from: number, to: number];
    readonly words: readonly Onset[];
  }[];
}

const SECOND = 16_000;
const here = import.meta.dirname;
const audio = (file: string) => join(here, '../../audio', file);
const reference = JSON.parse(
  readFileSync(join(here, '../../performance/reference/word-onsets.json'), 'utf8'),
) as Reference;

let graphs: string;
let session: WhisperSession;
beforeAll(async () => {
  const folder = process.env.LONGHAND_TEST_MODEL ?? '';
  graphs = mkdtempSync(join(tmpdir(), 'longhand-words-'));
  await buildGraphs(folder, join(graphs, 'int8'), 'int8');
  const options = { folder, graphs: join(graphs, 'int8'), device: 'cpu', threads: 2 } as const;
  session = await WhisperSession.load({ ...options, precision: 'int8' });
}, 240_000);
afterAll(() => {
  session[Symbol.dispose]();
  rmSync(graphs, { recursive: true, force: true });
});

async function hear(pcm: Float32Array, ...decodes: DecodeOptions[]): Promise<WindowResult[]> {
  const encoded = await session.encode(pcm);
  const results: WindowResult[] = [];
  for (const decode of decodes) {
    results.push(...(await session.decode([{ encoded, samples: pcm.length, decode }])));
  }
  return results;
}

const onsetsOf = ({ segments }: WindowResult): Onset[] =>
  segments.flatMap(({ words = [] }) =>
    words.flatMap(({ text, start }) => {
      const [word] = text.toLowerCase().match(/[a-z']+/) ?? [];
      return word === undefined ? [] : [[word, start / SECOND] as const];
    }),
  );

/** Seconds between the onsets of the words that both have, in the longest run of them in order. */
function errors(expected: readonly Onset[], heard: readonly Onset[]): number[] {
  const best = Array.from({ length: expected.length + 1 }, () =>
    Array.from({ length: heard.length + 1 }, (): number[] => []),
  );
  for (let i = expected.length - 1; i >= 0; i--) {
    for (let j = heard.length - 1; j >= 0; j--) {
      const [word, at] = expected[i]!;
      const [other, start] = heard[j]!;
      const [skipped, left] = [best[i + 1]![j]!, best[i]![j + 1]!];
      if (word === other) best[i]![j] = [Math.abs(at - start), ...best[i + 1]![j + 1]!];
      else best[i]![j] = skipped.length > left.length ? skipped : left;
    }
  }
  return best[0]![0]!;
}

test('words begin as near to where forced alignment finds them as those of faster-whisper do', async () => {
  const off: number[] = [];
  for (const { file, seconds, words } of reference.clips) {
    const [from, to] = seconds;
    const pcm = pcmOf(audio(file)).slice(from * SECOND, to * SECOND);
    const [heard] = await hear(pcm, { language: 'en', words: true });
    off.push(...errors(words, onsetsOf(heard!)));
  }
  expect(off.length).toBeGreaterThan(0.9 * reference.peers.int8.words);
  const mean = off.reduce((a, b) => a + b, 0) / off.length;
  process.stdout.write(`onsets: ${off.length} words, ${Math.round(mean * 1000)} ms off\n`);
  expect(mean).toBeLessThanOrEqual(
    Math.min(reference.peers.int8.meanError, reference.peers.float32.meanError),
  );
}, 240_000);

test.each([
  ['en/jfk.flac', 'en', 0],
  ['zh/aishell3_SSB00180170.opus', 'zh', 0],
  ['ru/asterisk_vm-options.opus', 'ru', 0],
  ['en/asterisk_demo-congrats.opus', 'en', WINDOW_SAMPLES],
])(
  '%s: words join to their text, each with a time in its segment',
  async (file, language, length) => {
    const whole = pcmOf(audio(file));
    const pcm = length > 0 ? whole.slice(0, length) : whole;
    const [heard, bare] = await hear(pcm, { language, words: true }, { language });
    expect(heard!.tokens).toEqual(bare!.tokens);
    const { segments } = heard!;
    expect(segments.length).toBeGreaterThan(0);
    for (const { start, end, text, words = [] } of segments) {
      expect(words.map((word) => word.text).join('')).toBe(text);
      const times = [start, ...words.flatMap((word) => [word.start, word.end]), end];
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
    expect(segments.at(-1)!.end).toBeLessThanOrEqual(pcm.length);
    // Speech goes on: words do not share one moment.
    const starts = new Set(segments.flatMap(({ words = [] }) => words.map(({ start }) => start)));
    expect(starts.size).toBeGreaterThan(5);
  },
  240_000,
);

test('a prompt takes no word its time', async () => {
  const pcm = pcmOf(audio('en/jfk.flac'));
  const language = 'auto';
  const prompt = 'The president said:';
  const [bare, prompted, without] = await hear(
    pcm,
    { language, words: true },
    { language, prompt, words: true },
    { language, prompt },
  );
  expect(prompted!.tokens).toEqual(without!.tokens);
  const off = errors(onsetsOf(bare!), onsetsOf(prompted!));
  expect(off.length).toBeGreaterThan(15);
  // One word may have a pause that a comma took before.
  expect(off.reduce((a, b) => a + b, 0) / off.length).toBeLessThan(0.1);
}, 240_000);
