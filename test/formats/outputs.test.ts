/** The files of real transcriptions, each read by a parser that is not ours. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport, Transcript } from '../../workflows/contract.ts';
import { standing } from '../support/up.ts';
import { audio, interrupt, make } from '../integration/cli/command.ts';
import { testHome, type TestHome } from '../support/home.ts';
import { longhand, type Command } from '../support/longhand.ts';
import { schemaErrors } from '../support/schema.ts';
import { readSubtitles } from './subtitles.ts';

const TIME_LIMIT = 180_000;
const CLIPS = {
  english: 'en/dialogue_two_speakers.opus',
  chinese: 'zh/aishell3_joined.mp3',
  silence: 'silence.wav',
} as const;
const FORMATS = ['json', 'report', 'srt', 'tsv', 'txt', 'vtt'];

let home: TestHome;
let up: Command;
const out = (name: string): string => join(home.path, 'out', name);

beforeAll(async () => {
  home = await testHome();
  const silence = join(home.path, CLIPS.silence);
  await make('-f', 'lavfi', '-i', 'anullsrc=r=16000:cl=mono', '-t', '5', silence);
  up = await standing(home.path);
  const sources = [audio(CLIPS.english), audio(CLIPS.chinese), silence];
  const args = ['transcribe', ...sources, '--out', out(''), '--formats', FORMATS.join()];
  const { status, stderr } = await longhand(home.path, args).outcome;
  expect(status, stderr).toBe(0);
}, TIME_LIMIT);

afterAll(async () => {
  await interrupt(up);
  await home[Symbol.asyncDispose]();
});

describe.each(Object.entries(CLIPS))('a transcription of %s', (kind, clip) => {
  const stem = clip.replace(/^.*\//, '').replace(/\.\w+$/, '');
  const read = (extension: string): Promise<string> => readFile(out(`${stem}.${extension}`), 'utf8');
  let transcript: Transcript;
  /** What the other formats say: milliseconds and text. */
  let said: { start: number; end: number; text: string }[];

  beforeAll(async () => {
    transcript = JSON.parse(await read('json')) as Transcript;
    said = transcript.segments.map(({ start, end, text }) => ({
      start: Math.round(start * 1000),
      end: Math.round(end * 1000),
      text,
    }));
  });

  it('has a file of each format', async () => {
    const names = (await readdir(out(''))).filter((name) => name.startsWith(`${stem}.`));
    expect(names.sort()).toEqual(
      ['json', 'report.json', 'srt', 'tsv', 'txt', 'vtt'].map((extension) => `${stem}.${extension}`),
    );
  });

  it('fits the published schemas', async () => {
    expect(schemaErrors('transcript-1', transcript)).toEqual([]);
    expect(transcript.segments.length > 2).toBe(kind !== 'silence');
    const report = JSON.parse(await read('report.json')) as RunReport;
    expect(schemaErrors('run-report-1', report)).toEqual([]);
    expect(report.source).toEqual(transcript.source);
    expect(report.chunks.map(({ spans }) => spans)).toEqual(transcript.chunks.map(({ spans }) => spans));
  });

  it('gives ffmpeg the same times and text as SubRip', async () => {
    expect(await readSubtitles(out(`${stem}.srt`))).toEqual(said);
  });

  it('gives ffmpeg the same times and text as WebVTT', async () => {
    const unescaped = (text: string): string =>
      text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    const packets = await readSubtitles(out(`${stem}.vtt`));
    expect(packets.map((packet) => ({ ...packet, text: unescaped(packet.text) }))).toEqual(said);
  });

  it('gives csv-parse the same times and text', async () => {
    const [head, ...rows] = parse(await read('tsv'), {
      delimiter: '\t',
      quote: null,
    });
    expect(head).toEqual(['start', 'end', 'text']);
    expect(rows).toEqual(said.map(({ start, end, text }) => [String(start), String(end), text]));
  });

  it('has the same text, line by line', async () => {
    const lines = said.length > 0 ? said.map(({ text }) => text) : ['[no speech]'];
    expect(await read('txt')).toBe(`${lines.join('\n')}\n`);
  });
});
