import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { longhand, type Outcome } from '../../support/longhand.ts';
import { decode, RATE } from '../../support/wav.ts';
import { audio, expectRefusal } from './command.ts';

let folder: string;
const path = (name: string): string => join(folder, name);
const exportTo = (out: string, ...args: string[]): Promise<Outcome> =>
  longhand(process.env.LONGHAND_TEST_HOME ?? '', ['dataset', 'export', ...args, '--out', path(out), '--json'])
    .outcome;

const JFK = [
  {
    start: 0,
    end: 8.1,
    text: 'And so my fellow Americans, ask not what your country can do for you;',
    language: 'en',
  },
  { start: 8.1, end: 10.9, text: 'ask what you can do for your country.', language: 'en' },
];
const transcript = (source: string, duration: number, segments: readonly object[]): string =>
  JSON.stringify({
    schema: 'longhand/transcript/2',
    source: { name: source, sha256: '' },
    duration,
    segments,
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-test-'));
  await mkdir(path('calls'));
  await copyFile(audio('en/jfk.flac'), path('calls/jfk.flac'));
  await copyFile(audio('en/librivox_austen.flac'), path('calls/austen.flac'));
  await writeFile(path('jfk.json'), transcript('jfk.flac', 11, JFK));
});
afterEach(() => rm(folder, { recursive: true }));

interface Row {
  readonly file_name: string;
  readonly transcription: string;
  readonly language?: string;
}
const rowsOf = async (out: string): Promise<Row[]> => {
  const lines = (await readFile(path(`${out}/metadata.jsonl`), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Row);
};

/** What ffprobe says of a file's sound. */
async function probe(file: string): Promise<unknown> {
  const entries = 'stream=codec_name,sample_rate,channels:format=duration';
  const args = ['-v', 'error', '-show_entries', entries, '-of', 'json', file];
  const { stdout } = await promisify(execFile)(process.env.LONGHAND_FFPROBE ?? 'ffprobe', args);
  return JSON.parse(stdout);
}

describe('dataset export', { timeout: 120_000 }, () => {
  it('writes sound and text in pairs that others read, with the very samples of the recording', async () => {
    const cues =
      '1\n00:00:01,000 --> 00:00:04,500\nFirst words.\n\n2\n00:00:08,000 --> 00:00:20,000\nSecond\nwords.\n';
    await writeFile(path('austen.srt'), cues);
    const { status, stdout, stderr } = await exportTo(
      'data',
      path('jfk.json'),
      path('austen.srt'),
      '--audio',
      path('calls'),
    );
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ out: path('data'), clips: 3, seconds: 10.9 + 3.5 + 12, gaps: 0 });
    expect(await rowsOf('data')).toEqual([
      { file_name: 'jfk-0001.wav', transcription: JFK.map(({ text }) => text).join(' '), language: 'en' },
      { file_name: 'austen-0001.wav', transcription: 'First words.' },
      { file_name: 'austen-0002.wav', transcription: 'Second words.' },
    ]);
    expect((await readdir(path('data'))).sort()).toEqual([
      'austen-0001.wav',
      'austen-0002.wav',
      'jfk-0001.wav',
      'metadata.jsonl',
    ]);
    expect(await probe(path('data/austen-0002.wav'))).toMatchObject({
      streams: [{ codec_name: 'pcm_s16le', sample_rate: '16000', channels: 1 }],
      format: { duration: '12.000000' },
    });
    const [whole, clip] = [
      await decode(path('calls/austen.flac')),
      await decode(path('data/austen-0002.wav')),
    ];
    expect(Buffer.from(clip.buffer).equals(Buffer.from(whole.slice(8 * RATE, 20 * RATE).buffer))).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['austen.srt', 'calls', 'data', 'jfk.json']);
  });

  it.each<[string, () => Promise<unknown>, Parameters<typeof expectRefusal>[1], RegExp]>([
    [
      'a segment after the end',
      () =>
        writeFile(
          path('jfk.json'),
          transcript('jfk.flac', 11, [...JFK, { start: 11, end: 15, text: 'More.', language: 'en' }]),
        ),
      'LH_TRANSCRIPT_INVALID',
      /segment 3 \(00:11\)/,
    ],
    [
      'another recording',
      () => copyFile(path('calls/austen.flac'), path('calls/jfk.flac')),
      'LH_TRANSCRIPT_INVALID',
      /11\.0 s/,
    ],
    ['no recording', () => rm(path('calls/jfk.flac')), 'LH_SOURCE_MISSING', /jfk\.flac/],
    [
      'two recordings',
      async () => {
        await mkdir(path('calls/old'));
        await copyFile(path('calls/jfk.flac'), path('calls/old/jfk.flac'));
      },
      'LH_OPTION_INVALID',
      /one recording/,
    ],
    ['no json', () => writeFile(path('jfk.json'), '{'), 'LH_TRANSCRIPT_INVALID', /jfk\.json/],
    [
      'files in the way',
      async () => {
        await mkdir(path('data'));
        await writeFile(path('data/other'), '');
      },
      'LH_OPTION_INVALID',
      /new or empty/,
    ],
  ])('refuses %s, and leaves nothing', async (_, spoil, code, reason) => {
    await spoil();
    const before = (await readdir(folder)).sort();
    const args = ['dataset', 'export', path('jfk.json'), '--audio', path('calls'), '--out', path('data')];
    const outcome = await longhand(process.env.LONGHAND_TEST_HOME ?? '', args).outcome;
    expectRefusal(outcome, code);
    expect(outcome.stderr).toMatch(reason);
    expect((await readdir(folder)).sort()).toEqual(before);
  });
});
