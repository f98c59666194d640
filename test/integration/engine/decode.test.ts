import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineProcess } from '../../../models/engine/process.ts';
import type { EngineModel, Window } from '../../../models/engine/protocol.ts';
import type { DecodeOptions } from '../../../models/whisper/decode-options.ts';
import type { WindowResult } from '../../../models/whisper/session.ts';
import { pathOf, clipsOf } from '../../support/manifest.ts';
import { pcmOf } from '../../support/pcm.ts';
import { realModel } from '../../support/real-model.ts';
import { startEngine } from './bench.ts';

const LIMIT = 240_000;

let model: EngineModel;
let engine: EngineProcess;
beforeAll(async () => {
  model = await realModel();
  engine = await startEngine(model);
}, LIMIT);
afterAll(() => engine[Symbol.asyncDispose]());

function clip(file: string, decode: DecodeOptions): Window {
  const found = clipsOf('speech').find((one) => one.file === file);
  if (!found) throw new Error(`Expected a clip ${file} in the manifest`);
  const pcm = Int16Array.from(pcmOf(pathOf(found)), (sample) => Math.round(sample * 32_767));
  return { model, pcm, decode };
}

/** So many seconds of samples in [−1, 1]. */
const sound = (seconds: number, at: (index: number) => number): Int16Array =>
  Int16Array.from({ length: seconds * 16_000 }, (_, index) => Math.round(at(index) * 32_767));

function noise(): () => number {
  let state = 1;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648 - 0.5;
}

const textOf = ({ segments }: WindowResult): string => segments.map(({ text }) => text).join(' ');
const FUND = 'zh/aishell3_SSB00180170.opus';

describe('an engine', { timeout: LIMIT }, () => {
  it('writes English of Mandarin where it is to translate', async () => {
    const window = clip('zh/kokoro_zf_xiaobei_c.opus', { language: 'auto', task: 'translate' });
    const result = await engine.submit(window);
    expect(result.language).toBe('zh');
    // Whisper base tells no more than the gist, so what is looked at is the language.
    expect(textOf(result)).toMatch(/^[\p{Script=Latin}\p{Nd}\p{P}\s]{20,}$/u);
  });

  it('takes over the spelling of a prompt, and of hotwords', async () => {
    const [plain, prompted, hot] = await Promise.all([
      engine.submit(clip(FUND, { language: 'auto' })),
      engine.submit(clip(FUND, { language: 'auto', prompt: '以下是普通话的句子。' })),
      engine.submit(clip(FUND, { language: 'auto', hotwords: '中小投资者，基金持有人' })),
    ]);
    expect(textOf(plain)).toContain('對基金');
    expect(textOf(prompted)).toContain('对基金');
    expect(textOf(plain)).not.toContain('中小投资者');
    expect(textOf(hot)).toContain('中小投资者');
    for (const result of [prompted, hot]) {
      expect(result).toMatchObject({ language: 'zh', languageProbability: plain.languageProbability });
    }
  });

  it('detects a language among those allowed', async () => {
    const window = clip(FUND, { language: 'auto', languages: ['en', 'ru'] });
    expect(['en', 'ru']).toContain((await engine.submit(window)).language);
  });

  it('decodes what loops again, alone, at a higher temperature, and its mates once', async () => {
    const mate = clip('en/jfk.flac', { language: 'en' });
    const before = await engine.submit(mate);
    // At temperature 0 Whisper base, told that it is Japanese, goes on with 人々の人々に until its tokens run out.
    const looping = clip(FUND, { language: 'ja' });
    const states: string[] = [];
    const [result, beside] = await Promise.all([
      engine.submit(looping, undefined, (state) => states.push(state)),
      engine.submit(mate),
    ]);
    expect(beside).toEqual(before);
    expect(states.filter((state) => state === 'encoding')).toHaveLength(1);
    expect(states.filter((state) => state === 'decoding').length).toBeGreaterThan(1);
    expect(result.temperature).toBeGreaterThan(0);
    expect(textOf(result).match(/人々の人々に/g)?.length ?? 0).toBeLessThan(4);
    // Drawn again it is the same, now without a mate.
    expect(await engine.submit(looping)).toEqual(result);
  });

  const next = noise();
  it.each([
    ['digital silence', sound(10, () => 0)],
    ['the rounding of silence', sound(5, () => next() / 16_384)],
    ['a hum', sound(10, (index) => 0.2 * Math.sin((index * 2 * Math.PI * 50) / 16_000))],
    ['clicks', sound(10, (index) => (index % 8000 < 20 ? next() : 0))],
    ['white noise', sound(10, () => 0.2 * next())],
  ])('hears nothing in %s', async (_, pcm) => {
    expect(textOf(await engine.submit({ model, pcm, decode: { language: 'en' } }))).toBe('');
  });

  it.each([
    ['a prompt that is too long', { language: 'en', prompt: '很'.repeat(300) }, 'LH_OPTION_INVALID'],
    ['a special token', { language: 'en', prompt: '<|endoftext|>' }, 'LH_OPTION_INVALID'],
    ['an unknown language among others', { language: 'auto', languages: ['tlh'] }, 'LH_LANGUAGE_UNKNOWN'],
  ])('refuses %s without harm to the next', async (_, decode, code) => {
    const [refused, kept] = await Promise.allSettled([
      engine.submit(clip('en/jfk.flac', decode)),
      engine.submit(clip('en/jfk.flac', { language: 'en' })),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code } });
    expect(kept).toMatchObject({ status: 'fulfilled', value: { language: 'en' } });
  });

  it('refuses a graph that is damaged, and goes on with its own', async () => {
    const graphs = await mkdtemp(join(tmpdir(), 'longhand-damaged-'));
    try {
      for (const name of await readdir(model.graphs))
        await symlink(join(model.graphs, name), join(graphs, name));
      await rm(join(graphs, 'mel.onnx'));
      await writeFile(join(graphs, 'mel.onnx'), 'no graph');
      const window = clip('en/jfk.flac', { language: 'en' });
      await expect(engine.submit({ ...window, model: { ...model, graphs } })).rejects.toMatchObject({
        code: 'LH_MODEL_INVALID',
      });
      expect(textOf(await engine.submit(window))).toContain('your country');
    } finally {
      await rm(graphs, { recursive: true });
    }
  });
});
