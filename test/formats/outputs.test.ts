/** The files of real transcriptions, each read by a parser that is not ours. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HtmlRenderer, Parser } from 'commonmark';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Format, RunReport, Transcript } from '../../workflows/contract.ts';
import { standing } from '../support/up.ts';
import { audio, interrupt, make } from '../integration/cli/command.ts';
import { testHome, type TestHome } from '../support/home.ts';
import { longhand, type Command } from '../support/longhand.ts';
import { schemaErrors } from '../support/schema.ts';
import { expectSaid } from '../unit/workflows/read-back.ts';
import { readSubtitles, type Packet } from './subtitles.ts';

const TIME_LIMIT = 180_000;
const CLIPS = {
  english: 'en/dialogue_two_speakers.opus',
  chinese: 'zh/aishell3_joined.mp3',
  silence: 'silence.wav',
} as const;
/** Every format, and how the names of its files end. */
const ENDINGS: Readonly<Record<Format, string>> = {
  changes: 'changes.tsv',
  json: 'json',
  md: 'md',
  report: 'report.json',
  srt: 'srt',
  tsv: 'tsv',
  txt: 'txt',
  'txt-paragraphs': 'paragraphs.txt',
  'txt-times': 'times.txt',
  vtt: 'vtt',
  'vtt-words': 'words.vtt',
};

let home: TestHome;
let up: Command;
const out = (name: string): string => join(home.path, 'out', name);

beforeAll(async () => {
  home = await testHome();
  const silence = join(home.path, CLIPS.silence);
  await make('-f', 'lavfi', '-i', 'anullsrc=r=16000:cl=mono', '-t', '5', silence);
  up = await standing(home.path);
  const sources = [audio(CLIPS.english), audio(CLIPS.chinese), silence];
  const args = [
    'transcribe',
    ...sources,
    '--out',
    out(''),
    '--words',
    '--formats',
    Object.keys(ENDINGS).join(),
  ];
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
      Object.values(ENDINGS)
        .map((ending) => `${stem}.${ending}`)
        .sort(),
    );
  });

  it('fits the published schemas', async () => {
    expect(schemaErrors('transcript-2', transcript)).toEqual([]);
    expect(transcript.segments.length > 2).toBe(kind !== 'silence');
    const report = JSON.parse(await read('report.json')) as RunReport;
    expect(schemaErrors('run-report-2', report)).toEqual([]);
    expect(report.source).toEqual(transcript.source);
    expect(report.chunks.map(({ spans }) => spans)).toEqual(transcript.chunks.map(({ spans }) => spans));
  });

  it('gives ffmpeg the same text, where it was said, as SubRip', async () => {
    expectSaid(await readSubtitles(out(`${stem}.srt`)), [{ ...transcript, changes: [] }]);
  });

  it('gives ffmpeg the same cues as WebVTT', async () => {
    const cues = (await readSubtitles(out(`${stem}.vtt`))).map(unescaped);
    expect(cues).toEqual(await readSubtitles(out(`${stem}.srt`)));
  });

  it('gives ffmpeg the same cues as WebVTT with words, each at its time', async () => {
    const packets = await readSubtitles(out(`${stem}.words.vtt`));
    const cues = packets.map((packet) =>
      unescaped({ ...packet, text: packet.text.replaceAll(/<[^>]*>/g, '') }),
    );
    expect(cues).toEqual((await readSubtitles(out(`${stem}.vtt`))).map(unescaped));
    const starts = new Set(transcript.segments.flatMap(({ words = [] }) => words.map(({ start }) => start)));
    const lit = packets.flatMap(({ text }) => [...text.matchAll(/<(\d+):(\d+):(\d+\.\d+)><c>/g)]);
    for (const [, h, m, s] of lit) expect(starts).toContain(Number(h) * 3600 + Number(m) * 60 + Number(s));
    expect(lit.length > 10).toBe(kind !== 'silence');
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
    const timed = (await read('times.txt')).replaceAll(/^\[(\d\d:){2}\d\d\.\d{3}\] /gm, '');
    expect(timed).toBe(await read('txt'));
  });

  it('has the same text in paragraphs', async () => {
    const letters = (text: string): string => text.replaceAll(/\s/g, '');
    const paragraphs = await read('paragraphs.txt');
    expect(letters(paragraphs)).toBe(letters(await read('txt')));
    const html = new HtmlRenderer().render(new Parser().parse(await read('md')));
    const [title, ...blocks] = html.trimEnd().split('\n');
    expect(title).toBe(`<h1>${clip.replace(/^.*\//, '')}</h1>`);
    const texts = blocks.map((block) => block.replaceAll(/<strong>[\d:]+<\/strong> |<[^>]*>/g, ''));
    const unquoted = texts.map((text) => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
    expect(unquoted).toEqual(paragraphs.trimEnd().split('\n\n'));
  });
});

const unescaped = (packet: Packet): Packet => ({
  ...packet,
  text: packet.text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
});
