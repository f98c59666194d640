import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transcript } from '../../../workflows/contract.ts';
import { countErrors } from '../../support/error-rate.ts';
import { testHome, type TestHome } from '../../support/home.ts';
import { longhand, type Command } from '../../support/longhand.ts';
import { clipsOf, pathOf, referenceOf, type Clip } from '../../support/manifest.ts';
import { textOf, transcriptOf } from '../../support/outputs.ts';
import { noise, tone } from '../../support/sounds.ts';
import { standing } from '../../support/up.ts';
import { decode, RATE, writeWav } from '../../support/wav.ts';

const LIMIT = 240_000;
const FULL_SCALE = 32_767;

let home: TestHome;
let up: Command;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-mixed-'));
  home = await testHome();
  up = await standing(home.path);
}, LIMIT);
afterAll(async () => {
  up.process.kill('SIGINT');
  await up.outcome;
  await home[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function transcribe(name: string, samples: Int16Array, ...options: string[]): Promise<Transcript> {
  const path = join(folder, `${name}.wav`);
  await writeWav(path, samples);
  const command = longhand(home.path, ['transcribe', path, '--out', folder, ...options]);
  const { status, stderr } = await command.outcome;
  expect(status, stderr).toBe(0);
  return transcriptOf(path, folder);
}

function joined(...parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

describe('a recording that switches its language', { timeout: LIMIT }, () => {
  const speech = clipsOf('speech');
  const english = speech.filter(({ file }) => file === 'en/librivox_austen.flac');
  // Each too long to find room behind the English in its chunk.
  const chinese = speech.filter(({ file }) => /kokoro_(zm_yunxi_b|zf_xiaobei_c|zm_yunjian_d)/.test(file));

  it('is written in each, with words that keep their order', async () => {
    const pause = new Int16Array(2 * RATE);
    const before = await soundOf(english, pause);
    const samples = joined(before, await soundOf(chinese, pause));
    const { segments } = await transcribe('switches', samples, '--words');
    const border = (before.length - pause.length / 2) / RATE;
    expect(segments.filter(({ start, end }) => start < border && end > border)).toEqual([]);
    for (const [clips, language, spoken] of [
      [english, 'en', segments.filter(({ end }) => end <= border)],
      [chinese, 'zh', segments.filter(({ start }) => start >= border)],
    ] as const) {
      expect(new Set(spoken.map((segment) => segment.language))).toEqual(new Set([language]));
      const text = spoken.map((segment) => segment.text).join(' ');
      const references = clips.map(referenceOf);
      const { errors, units } = countErrors(text, {
        text: references.map((one) => one.text).join(' '),
        variant: references.map((one) => one.variant ?? one.text).join(' '),
        language,
      });
      expect(errors / units, text).toBeLessThan(0.15);
    }
    const times = segments.flatMap(({ words }) => words!.flatMap(({ start, end }) => [start, end]));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

/** The clips one after the other, a pause behind each. */
async function soundOf(clips: readonly Clip[], pause: Int16Array): Promise<Int16Array> {
  const parts: Int16Array[] = [];
  for (const clip of clips) parts.push(await decode(pathOf(clip)), pause);
  return joined(...parts);
}

describe('a recording in which nobody speaks', { timeout: LIMIT }, () => {
  const length = 40 * RATE;

  it.each([
    ['silence', new Int16Array(length)],
    ['faint noise', noise(length, 0.001 * FULL_SCALE)],
    ['loud noise', noise(length, 0.3 * FULL_SCALE)],
    ['a hum', tone(length, 50, 0.1 * FULL_SCALE)],
    ['a dial tone', tone(length, 440, 0.3 * FULL_SCALE)],
  ])('has no text: %s', async (name, samples) => {
    expect(textOf(await transcribe(name.replaceAll(' ', '-'), samples))).toBe('');
  });

  it('has the text of its speech alone where noise is before and behind it', async () => {
    const jfk = clipsOf('speech').find(({ file }) => file === 'en/jfk.flac')!;
    const around = noise(length, 0.05 * FULL_SCALE);
    const transcript = await transcribe('around', joined(around, await decode(pathOf(jfk)), around));
    const { errors } = countErrors(textOf(transcript), { ...referenceOf(jfk), language: 'en' });
    expect(errors, textOf(transcript)).toBeLessThanOrEqual(1);
  });
});
