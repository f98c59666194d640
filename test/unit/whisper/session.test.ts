import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildGraphs } from '../../../models/whisper/build.ts';
import { verifyGraphs } from '../../../models/whisper/manifest.ts';
import type { GraphManifest } from '../../../models/whisper/manifest.ts';
import { PRECISIONS } from '../../../models/whisper/precision.ts';
import type { Precision } from '../../../models/whisper/precision.ts';
import { WhisperSession } from '../../../models/whisper/session.ts';
import type { DecodeRow, WindowResult } from '../../../models/whisper/session.ts';
import { hubTensors, safetensorsBytes, writeTinyModel } from './tiny-model.ts';

const MULTILINGUAL = 51865;
const ENGLISH = 51864;

let home: string;
const at = (...parts: string[]) => join(home, ...parts);
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'longhand-whisper-'));
  const tensors = writeTinyModel(at('multilingual'), MULTILINGUAL);
  writeTinyModel(at('english'), ENGLISH);
  mkdirSync(at('hub'));
  writeFileSync(at('hub', 'model.safetensors'), safetensorsBytes(hubTensors(tensors)));
  for (const file of ['tokenizer.json', 'config.json']) cpSync(at('multilingual', file), at('hub', file));
  for (const precision of PRECISIONS) {
    await buildGraphs(at('multilingual'), at('graphs', precision), precision);
  }
  await buildGraphs(at('english'), at('graphs', 'english'), 'int8');
}, 180_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

const load = (graphs: string, precision: Precision, folder = 'multilingual') =>
  WhisperSession.load({
    folder: at(folder),
    graphs: at('graphs', graphs),
    precision,
    device: 'cpu',
    threads: 1,
  });
const noise = (samples: number, seed: number) =>
  Float32Array.from({ length: samples }, (_, i) => Math.sin(i * i * 0.0001 * seed) * 0.5);

describe('building', () => {
  test('both layouts give the same graphs, byte for byte', async () => {
    const fromHub = await buildGraphs(at('hub'), at('graphs', 'hub'), 'int8');
    expect(fromHub).toEqual(JSON.parse(readFileSync(at('graphs', 'int8', 'manifest.json'), 'utf8')));
  }, 30_000);

  test('only whole folders appear, and nothing is left beside them', async () => {
    cpSync(at('multilingual'), at('cut'), { recursive: true });
    const weights = readFileSync(at('cut', 'model.bin'));
    writeFileSync(at('cut', 'model.bin'), weights.subarray(0, weights.length / 2));
    await expect(buildGraphs(at('cut'), at('graphs', 'cut'), 'int8')).rejects.toMatchObject({
      code: 'LH_MODEL_INVALID',
    });
    expect(existsSync(at('graphs', 'cut'))).toBe(false);
    expect(readdirSync(at('graphs')).filter((name) => name.startsWith('.'))).toEqual([]);
  }, 30_000);

  test('two at once end with one whole folder; a damaged one is replaced, a whole one kept', async () => {
    const build = () => buildGraphs(at('multilingual'), at('graphs', 'twice'), 'int8');
    const [one, two] = await Promise.all([build(), build()]);
    expect(one).toEqual(two);
    expect(await verifyGraphs(at('graphs', 'twice'))).toEqual(one);
    writeFileSync(at('graphs', 'twice', 'mel.onnx'), 'no graph');
    await expect(verifyGraphs(at('graphs', 'twice'))).rejects.toMatchObject({
      code: 'LH_MODEL_INVALID',
      message: expect.stringContaining('mel.onnx to have sha256') as string,
    });
    await build();
    expect(await verifyGraphs(at('graphs', 'twice'))).toEqual(one);
  }, 180_000);

  test('a manifest names all graphs that are loaded', async () => {
    cpSync(at('graphs', 'int8'), at('graphs', 'three'), { recursive: true });
    const path = at('graphs', 'three', 'manifest.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as GraphManifest;
    const files = manifest.files.filter(({ name }) => name !== 'decoder.onnx');
    writeFileSync(path, JSON.stringify({ ...manifest, files }));
    await expect(verifyGraphs(at('graphs', 'three'))).rejects.toMatchObject({
      code: 'LH_MODEL_INVALID',
      message: expect.stringContaining('to name decoder.onnx') as string,
    });
  });

  test('a manifest may not name files elsewhere', async () => {
    cpSync(at('graphs', 'int8'), at('graphs', 'evil'), { recursive: true });
    const path = at('graphs', 'evil', 'manifest.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('mel.onnx', '../int8/mel.onnx'));
    await expect(verifyGraphs(at('graphs', 'evil'))).rejects.toMatchObject({ code: 'LH_MODEL_INVALID' });
  });
});

/** Lengths of a batch's windows: three of them are encoded in 384, 768 and 1152 frames where they are trimmed. */
const SECONDS = [2, 12, 20, 28];

describe.each(['fp32', 'int8', 'int7', 'int8-blocks', 'int4-blocks'] as const)(
  'a session of %s',
  (precision) => {
    test('windows are encoded in as many frames as they need', async () => {
      using session = await load(precision, precision);
      const frames: number[] = [];
      for (const seconds of SECONDS) {
        const { states } = await session.encode(noise(16_000 * seconds, 1));
        frames.push(states.length / session.manifest.dims.width);
      }
      expect(frames).toEqual(precision === 'fp32' ? [1500, 1500, 1500, 1500] : [384, 768, 1152, 1500]);
    }, 60_000);

    test('a row is the same to the bit, whatever its batch', async () => {
      using session = await load(precision, precision);
      const rows: DecodeRow[] = [];
      for (let i = 0; i < 4; i++) {
        // More seconds are more tokens, and fp32 encodes them all in as many frames.
        const samples = 16_000 * (precision === 'fp32' ? i + 1 : SECONDS[i]!);
        const encoded = await session.encode(noise(samples, i + 1));
        const language = ['auto', 'zh', 'en', 'auto'][i]!;
        rows.push({ encoded, samples, decode: { language, ...(i % 2 === 1 && { words: true }) } });
      }
      const alone: WindowResult[] = [];
      for (const row of rows) alone.push(...(await session.decode([row])));
      expect(alone[1]!.language).toBe('zh');
      const hasWords = alone.map(({ segments }) => segments.some(({ words }) => words));
      expect(hasWords).toEqual([false, true, false, true]);
      expect(new Set(alone.map((result) => JSON.stringify(result))).size).toBe(4);
      for (const order of [
        [0, 1, 2, 3],
        [3, 2, 1, 0],
        [3, 3, 0],
        [2, 1],
        [0, 1],
        [0, 1, 2, 3, 0, 1, 2, 3],
      ]) {
        const together = await session.decode(order.map((i) => rows[i]!));
        expect(together).toEqual(order.map((i) => alone[i]));
      }
      expect(await session.decode([rows[2]!, rows[0]!], 5)).toEqual([alone[2], alone[0]]);
      expect(await session.decode([], 5)).toEqual([]);
    }, 180_000);
  },
);

test.each(['int8', 'int7'] as const)(
  'a row of %s is the same to the bit on whichever side of its products the memory is',
  async (precision) => {
    const results: WindowResult[][] = [];
    for (const side of ['left', 'right'] as const) {
      await buildGraphs(at('multilingual'), at('graphs', `${precision}-${side}`), precision, side);
      using session = await load(`${precision}-${side}`, precision);
      const rows: DecodeRow[] = [];
      for (const seconds of SECONDS) {
        const samples = 16_000 * seconds;
        const encoded = await session.encode(noise(samples, seconds));
        rows.push({ encoded, samples, decode: { language: 'auto', prompt: 'a b', words: true } });
      }
      results.push(await session.decode(rows));
    }
    expect(results[0]).toEqual(results[1]);
    const read = (side: string) => readFileSync(at('graphs', `${precision}-${side}`, 'decoder.onnx'));
    expect(read('left').equals(read('right'))).toBe(false);
  },
  180_000,
);

test('a row of fp16 is the same to the bit in batches filled up to one size', async () => {
  using session = await load('fp16', 'fp16');
  const rows: DecodeRow[] = [];
  for (const seed of [1, 2]) {
    const encoded = await session.encode(noise(16_000, seed));
    rows.push({ encoded, samples: 16_000, decode: { language: 'en' } });
  }
  const [a] = await session.decode(rows.slice(0, 1), 3);
  const [b] = await session.decode(rows.slice(1), 3);
  expect(await session.decode(rows, 3)).toEqual([a, b]);
}, 180_000);

test('tokens obey the timestamp rules and are bounded', async () => {
  using session = await load('int8', 'int8');
  const { timestampBegin } = session.tokens.special;
  for (let seed = 1; seed < 4; seed++) {
    const encoded = await session.encode(noise(48_000, seed * 3));
    const [result] = await session.decode([{ encoded, samples: 48_000, decode: { language: 'auto' } }]);
    const { tokens } = result!;
    expect(tokens.length).toBeLessThanOrEqual(224);
    expect(tokens[0]).toBeGreaterThanOrEqual(timestampBegin);
    expect(tokens[0]).toBeLessThanOrEqual(timestampBegin + 50);
    expect(tokens).not.toContain(3);
    const stamps = tokens.filter((token) => token >= timestampBegin);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    tokens.forEach((token, i) => {
      if (i > 1 && token < timestampBegin && tokens[i - 1]! >= timestampBegin) {
        expect(tokens[i - 2], `text after a lone timestamp at ${i}`).toBeGreaterThanOrEqual(timestampBegin);
      }
    });
    for (const { start, end } of result!.segments) expect(start <= end && end <= 48_000).toBe(true);
  }
}, 180_000);

test('a text with an earliest end closes no segment before it and stops', async () => {
  using session = await load('int8', 'int8');
  const { timestampBegin } = session.tokens.special;
  for (let seed = 1; seed < 4; seed++) {
    const encoded = await session.encode(noise(480_000, seed * 3));
    const row = { encoded, samples: 480_000, decode: { language: 'en' } };
    const [free, held] = await session.decode([row, { ...row, earliestEnd: 464_000 }]);
    const last = held!.tokens.at(-1)!;
    const isWhole = held!.tokens.length < 224 && held!.tokens.some((token) => token < timestampBegin);
    if (isWhole && last >= timestampBegin) expect(last - timestampBegin).toBeGreaterThanOrEqual(1450);
    // Up to where the free one ends, both choose the same.
    expect(held!.tokens.slice(0, free!.tokens.length)).toEqual(free!.tokens);
  }
}, 60_000);

test('words change no text, join to it, and lie in order in their segment, also in a window of 30 s', async () => {
  using session = await load('int8', 'int8');
  for (const samples of [1, 12_345, 480_000]) {
    const row = { encoded: await session.encode(noise(samples, 2)), samples };
    const [bare] = await session.decode([{ ...row, decode: { language: 'en' } }]);
    const [heard] = await session.decode([{ ...row, decode: { language: 'en', words: true } }]);
    const withoutWords = heard!.segments.map(({ start, end, text }) => ({ start, end, text }));
    const { heard: tokens, ...others } = heard!;
    expect({ ...others, segments: withoutWords }).toEqual(bare);
    expect(tokens).toHaveLength(bare!.tokens.length);
    for (const { start, end, text, words = [] } of heard!.segments) {
      expect(words.map((word) => word.text).join('')).toBe(text);
      const times = words.flatMap((word) => [word.start, word.end]);
      expect([start, ...times, end]).toEqual([start, ...times, end].sort((a, b) => a - b));
      for (const { probability } of words) expect(probability > 0 && probability <= 1).toBe(true);
    }
  }
}, 120_000);

test('an English-only model has neither language nor task in its prompt', async () => {
  using session = await load('english', 'int8', 'english');
  expect(session.tokens.special.isMultilingual).toBe(false);
  const encoded = await session.encode(noise(16_000, 1));
  const [result] = await session.decode([{ encoded, samples: 16_000, decode: { language: 'auto' } }]);
  expect(result).toMatchObject({ language: 'en', languageProbability: 1 });
  expect(result!.tokens[0]).toBeGreaterThanOrEqual(session.tokens.special.timestampBegin);
  expect(result!.noSpeech).toBeGreaterThan(0);
}, 30_000);

describe('what is refused', () => {
  test.each([
    ['no samples', new Float32Array(0), /1 to 480000 samples, but 0/],
    ['more than 30 s', new Float32Array(480_001), /but 480001/],
    ['not a number', Float32Array.of(0, NaN), /sample 1 is NaN/],
    ['infinite', Float32Array.of(-Infinity), /sample 0 is -Infinity/],
    ['too loud', Float32Array.of(1.5), /sample 0 is 1\.5/],
  ])(
    '%s',
    async (_, pcm, words) => {
      using session = await load('int8', 'int8');
      const error = { code: 'LH_ENGINE_INPUT', message: expect.stringMatching(words) as string };
      await expect(session.encode(pcm)).rejects.toMatchObject(error);
    },
    20_000,
  );

  test('an unknown language, states of another model, graphs of another precision', async () => {
    using session = await load('int8', 'int8');
    const encoded = { states: new Float32Array(384 * 64) };
    await expect(session.decode([{ encoded, samples: 1, decode: { language: 'xx' } }])).rejects.toMatchObject(
      {
        code: 'LH_LANGUAGE_UNKNOWN',
      },
    );
    const other = { states: new Float32Array(10) };
    await expect(
      session.decode([{ encoded: other, samples: 1, decode: { language: 'en' } }]),
    ).rejects.toMatchObject({
      code: 'LH_ENGINE_INPUT',
    });
    await expect(
      session.decode([{ encoded, samples: 480_000, decode: { language: 'en' } }]),
    ).rejects.toMatchObject({
      code: 'LH_ENGINE_INPUT',
      message: expect.stringMatching(/Expected 96000 encoder states.*but 24576 and 480000 came/) as string,
    });
    await expect(load('fp32', 'int8')).rejects.toMatchObject({ code: 'LH_MODEL_INVALID' });
  }, 20_000);
});
