import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildGraphs } from '../../../models/whisper/build.ts';
import type { DecodeOptions } from '../../../models/whisper/decode-options.ts';
import type { DecodeRow } from '../../../models/whisper/decoder-inputs.ts';
import type { WindowResult } from '../../../models/whisper/session.ts';
import { WhisperSession } from '../../../models/whisper/session.ts';
import { writeTinyModel } from './tiny-model.ts';

const SAMPLES = 16_000;

let home: string;
let session: WhisperSession;
let english: WhisperSession;
let encoded: DecodeRow['encoded'][];
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'longhand-decode-'));
  const open = async (name: string, vocabulary: number) => {
    const folder = join(home, name);
    const graphs = join(home, 'graphs', name);
    writeTinyModel(folder, vocabulary);
    await buildGraphs(folder, graphs, 'int8');
    return WhisperSession.load({ folder, graphs, precision: 'int8', device: 'cpu', threads: 1 });
  };
  session = await open('multilingual', 51865);
  english = await open('english', 51864);
  encoded = [];
  for (const seed of [1, 2, 3]) {
    const pcm = Float32Array.from({ length: SAMPLES }, (_, i) => Math.sin(i * i * 0.0001 * seed) * 0.5);
    encoded.push(await session.encode(pcm));
  }
}, 180_000);
afterAll(() => {
  session[Symbol.dispose]();
  english[Symbol.dispose]();
  rmSync(home, { recursive: true, force: true });
});

const row = (index: number, decode: Partial<DecodeOptions> = {}, sampling?: DecodeRow['sampling']) => ({
  encoded: encoded[index]!,
  samples: SAMPLES,
  decode: { language: 'en', ...decode },
  sampling,
});
/** Another stream of draws for each seed. */
const drawn = (temperature: number, seed: number) => ({
  temperature,
  draws: Float32Array.from({ length: 224 }, (_, i) => ((i + 1) * seed * 0.618_034) % 1),
});
const one = async (wanted: DecodeRow, by = session) => (await by.decode([wanted]))[0]!;

describe('temperature', () => {
  test('a row draws the same in any batch, and rows at 0 are what they are alone', async () => {
    const rows = [
      row(0, {}, drawn(0.4, 1)),
      row(1),
      row(2, {}, drawn(1, 2)),
      row(0),
      row(0, {}, drawn(0.4, 3)),
      row(1, { language: 'auto' }),
    ];
    const alone: WindowResult[] = [];
    for (const wanted of rows) alone.push(await one(wanted));
    expect(alone.map(({ temperature }) => temperature)).toEqual([0.4, 0, 1, 0, 0.4, 0]);
    expect(new Set(alone.map(({ tokens }) => String(tokens))).size).toBeGreaterThan(3);
    for (const order of [
      [2, 0, 4],
      [5, 4, 3, 2, 1, 0],
      [1, 3, 0],
    ]) {
      expect(await session.decode(order.map((i) => rows[i]!))).toEqual(order.map((i) => alone[i]));
    }
  }, 60_000);

  test('the draws decide: near 0 they take the first of what is allowed, near 1 the last', async () => {
    const { timestampBegin } = session.tokens.special;
    const all = (value: number) => ({ temperature: 1, draws: new Float32Array(224).fill(value) });
    const [first, last] = [await one(row(0, {}, all(0))), await one(row(0, {}, all(1 - 2 ** -23)))];
    expect(first.tokens[0]).toBe(timestampBegin);
    expect(last.tokens[0]).toBe(timestampBegin + 50);
  }, 60_000);

  // The model's random weights repeat themselves: of tokens with the same weights any may be drawn.
  test('near 0 it chooses what is as likely as what the greedy search chooses', async () => {
    const greedy = await one(row(1));
    const cold = await one(row(1, {}, drawn(1e-5, 1)));
    expect(cold.tokens).toHaveLength(greedy.tokens.length);
    expect(cold.averageLogProbability).toBeCloseTo(greedy.averageLogProbability, 4);
  }, 60_000);
});

describe('prompts', () => {
  test('change the text of their row, whatever its batch', async () => {
    const rows = [row(0, { prompt: 'abc' }), row(1, { hotwords: 'cba', language: 'auto' })];
    const alone = [await one(rows[0]!), await one(rows[1]!)];
    expect(alone[0]!.tokens).not.toEqual((await one(row(0))).tokens);
    expect(await session.decode([rows[1]!, rows[0]!, rows[0]!])).toEqual([alone[1], alone[0], alone[0]]);
  }, 60_000);

  test('leave words as many turns as tokens, each heard the same in any batch', async () => {
    const rows = [
      row(0, { prompt: 'abc', words: true }),
      row(1, { prompt: 'cba', language: 'auto', words: true }, drawn(0.5, 1)),
    ];
    const alone = [await one(rows[0]!), await one(rows[1]!)];
    for (const { tokens, heard } of alone) expect(heard).toHaveLength(tokens.length);
    expect(alone[0]!.tokens).toEqual((await one(row(0, { prompt: 'abc' }))).tokens);
    expect(await session.decode([rows[1]!, rows[0]!, rows[0]!])).toEqual([alone[1], alone[0], alone[0]]);
  }, 60_000);

  test('say nothing of the language', async () => {
    const bare = await one(row(1, { language: 'auto' }));
    const prompted = await one(row(1, { language: 'auto', prompt: 'abc' }));
    const { language, languageProbability } = bare;
    expect(prompted).toMatchObject({ language, languageProbability });
  }, 60_000);

  test('of 223 tokens leave room for a text; longer ones are refused', async () => {
    const longest = await one(row(0, { prompt: 'a'.repeat(222), language: 'auto' }));
    expect(longest.tokens.length).toBeGreaterThan(0);
    await expect(one(row(0, { prompt: 'a'.repeat(111), hotwords: 'b'.repeat(111) }))).rejects.toMatchObject({
      code: 'LH_OPTION_INVALID',
      message: expect.stringContaining('at most 223 tokens together, got 224') as string,
    });
  }, 60_000);

  test('may not spell special tokens, nor differ in length within a run', async () => {
    await expect(one(row(0, { prompt: 'a <|endoftext|>' }))).rejects.toMatchObject({
      code: 'LH_OPTION_INVALID',
    });
    await expect(session.decode([row(0, { prompt: 'ab' }), row(1)])).rejects.toMatchObject({
      code: 'LH_ENGINE_INPUT',
    });
    expect(await one(row(1))).toEqual(await one(row(1)));
  }, 60_000);
});

describe('languages', () => {
  test('the likeliest of those allowed is taken, its probability among them', async () => {
    const free = await one(row(2, { language: 'auto' }));
    const other = free.language === 'en' ? 'zh' : 'en';
    expect(await one(row(2, { language: 'auto', languages: [other] }))).toMatchObject({
      language: other,
      languageProbability: 1,
    });
    expect(await one(row(2, { language: 'auto', languages: ['en', 'zh'] }))).toEqual(free);
    const prompted = await one(row(2, { language: 'auto', languages: [other], prompt: 'a' }));
    expect(prompted).toMatchObject({ language: other, languageProbability: 1 });
  }, 60_000);

  test('an unknown one is refused', async () => {
    await expect(one(row(0, { language: 'auto', languages: ['en', 'xx'] }))).rejects.toMatchObject({
      code: 'LH_LANGUAGE_UNKNOWN',
    });
  });

  test('an English-only model knows no other, and does not translate', async () => {
    await expect(one(row(0, { language: 'zh' }), english)).rejects.toMatchObject({
      code: 'LH_LANGUAGE_UNKNOWN',
    });
    await expect(one(row(0, { task: 'translate' }), english)).rejects.toMatchObject({
      code: 'LH_OPTION_INVALID',
    });
    expect(await one(row(0, { language: 'auto', prompt: 'ab' }), english)).toMatchObject({ language: 'en' });
  }, 60_000);
});

test('a translation is another text', async () => {
  const [said, translated] = await session.decode([row(0), row(0, { task: 'translate' })]);
  expect(translated!.averageLogProbability).not.toBe(said!.averageLogProbability);
  expect(translated!.language).toBe('en');
}, 60_000);

test('a short window has few tokens, alone and beside a longer one', async () => {
  const short = { ...row(0), samples: 1600 };
  const alone = await one(short);
  expect(alone.tokens.length).toBeLessThanOrEqual(28);
  const long = { ...row(1), encoded: await session.encode(new Float32Array(480_000)), samples: 480_000 };
  const [beside] = await session.decode([short, long]);
  expect(beside).toEqual(alone);
}, 60_000);
