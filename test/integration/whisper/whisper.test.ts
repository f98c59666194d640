import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildGraphs } from '../../../models/whisper/build.ts';
import { PRECISIONS } from '../../../models/whisper/precision.ts';
import type { Precision } from '../../../models/whisper/precision.ts';
import { WhisperSession } from '../../../models/whisper/session.ts';
import type { DecodeRow, WindowResult } from '../../../models/whisper/session.ts';
import { pcmOf } from '../../support/pcm.ts';
import { expectReference, readReference } from './reference.ts';

const audio = (file: string) => join(import.meta.dirname, '../../audio', file);
const reference = readReference('base');

const folder = process.env.LONGHAND_TEST_MODEL ?? '';
let graphs: string;
beforeAll(async () => {
  if (!existsSync(join(folder, 'tokenizer.json'))) {
    throw new Error(`Expected LONGHAND_TEST_MODEL to name a folder with Whisper base, but it is "${folder}"`);
  }
  graphs = mkdtempSync(join(tmpdir(), 'longhand-graphs-'));
  for (const precision of PRECISIONS) await buildGraphs(folder, join(graphs, precision), precision);
}, 120_000);
afterAll(() => graphs && rmSync(graphs, { recursive: true, force: true }));

const load = (precision: Precision) =>
  WhisperSession.load({ folder, graphs: join(graphs, precision), precision, device: 'cpu', threads: 2 });

async function rowOf(session: WhisperSession, file: string, language = 'auto'): Promise<DecodeRow> {
  const pcm = pcmOf(audio(file));
  return { encoded: await session.encode(pcm), decode: { language }, samples: pcm.length };
}

test('fp32 chooses the tokens of CTranslate2 in float32', async () => {
  using session = await load('fp32');
  await expectReference(session, reference);
}, 600_000);

test.each(['fp16', 'int8-fp16'] as const)(
  '%s, which is made for CUDA, chooses the tokens of fp32 on a CPU',
  async (precision) => {
    using session = await load(precision);
    const clip = reference.windows.find(({ file }) => file === 'en/jfk.flac');
    const [result] = await session.decode([await rowOf(session, 'en/jfk.flac')]);
    expect(result!.tokens).toEqual(clip?.tokens);
  },
  120_000,
);

describe('int8', () => {
  test('hears the president, within the clip', async () => {
    using session = await load('int8');
    const row = await rowOf(session, 'en/jfk.flac');
    const [result] = await session.decode([row]);
    expect(result!.language).toBe('en');
    const text = result!.segments.map((segment) => segment.text).join(' ');
    expect(text.toLowerCase()).toContain('ask not what your country can do for you');
    expect(result!.segments.at(-1)!.end).toBeLessThanOrEqual(row.samples);
    expect(result!.averageLogProbability).toBeGreaterThan(-0.6);
    expect(result!.noSpeech).toBeLessThan(0.2);
  }, 120_000);

  test('silence ends, within bounds', async () => {
    using session = await load('int8');
    const encoded = await session.encode(new Float32Array(80_000));
    const [result] = await session.decode([{ encoded, decode: { language: 'en' }, samples: 80_000 }]);
    expect(result!.tokens.length).toBeLessThanOrEqual(224);
    for (const { end } of result!.segments) expect(end).toBeLessThanOrEqual(80_000);
  }, 120_000);
});

test.each(['fp32', 'int8'] as const)(
  'a window gives the same in %s, to the bit, in any batch',
  async (precision) => {
    using session = await load(precision);
    const rows: DecodeRow[] = [];
    for (const [file, language] of [
      ['en/jfk.flac', 'auto'],
      ['en/asterisk_demo-echotest.opus', 'en'],
      ['zh/aishell3_SSB00180170.opus', 'auto'],
      ['zh/aishell3_SSB01120364.opus', 'zh'],
      ['ru/asterisk_vm-options.opus', 'ru'],
      ['ru/asterisk_vm-msginstruct.opus', 'en'],
    ] as const) {
      rows.push(await rowOf(session, file, language));
    }
    const alone: WindowResult[] = [];
    for (const row of rows) alone.push(...(await session.decode([row])));
    for (const order of [
      [0, 4],
      [3, 2, 1],
      [5, 4, 3, 2],
      [4, 0, 0, 1, 5],
      [0, 1, 2, 3, 4, 5, 0, 3],
    ]) {
      const together = await session.decode(order.map((i) => rows[i]!));
      expect(together).toEqual(order.map((i) => alone[i]));
    }
  },
  300_000,
);
