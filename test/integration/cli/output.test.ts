import { copyFile, readdir, readFile, rm } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { Transcript } from '../../../workflows/contract.ts';
import { longhand, type Outcome } from '../../support/longhand.ts';
import { audio, chunkTimes, make } from './command.ts';
import { StandingHome } from './standing-home.ts';

const FILES = ['jfk.json', 'jfk.srt', 'jfk.tsv', 'jfk.txt', 'jfk.vtt'];
const WORDS = 'ask not what your country can do for you';

const here: StandingHome = new StandingHome(async () => {
  await copyFile(audio('en/jfk.flac'), path('jfk.flac'));
  await make('-f', 'lavfi', '-i', 'anullsrc=r=16000:cl=mono', '-t', '5', path('silence.wav'));
});
const { path } = here;
const transcribe = async (...args: string[]): Promise<Outcome> => {
  const outcome = await longhand(here.folder, ['transcribe', ...args]).outcome;
  expect(outcome.status, outcome.stderr).toBe(0);
  return outcome;
};

describe('without --out', () => {
  it('the text, and nothing else, goes to standard output', async () => {
    const { stdout, stderr } = await transcribe(path('jfk.flac'));
    expect(stdout.replaceAll('\n', ' ')).toContain(WORDS);
    expect(stdout).not.toContain('reading');
    expect(stderr).not.toContain('country');
  });

  it('--formats srt prints subtitles', async () => {
    const { stdout } = await transcribe(path('jfk.flac'), '--formats', 'srt');
    expect(stdout).toMatch(/^1\n00:00:0\d,\d{3} --> 00:00:\d\d,\d{3}\nAnd so/);
  });

  it('several files are printed whole, in the order of the command, each under its name', async () => {
    const files = [audio('en/librivox_austen.flac'), path('jfk.flac'), path('silence.wav')];
    const { stdout } = await transcribe(...files);
    const parts = stdout.split(/^==> (.*) <==\n/m);
    expect(parts.filter((_, index) => index % 2 === 1)).toEqual([
      'librivox_austen.flac',
      'jfk.flac',
      'silence.wav',
    ]);
    expect(parts[2]).toContain('Dashwood');
    expect(parts[4]?.replaceAll('\n', ' ')).toContain(WORDS);
    expect(parts[6]).toBe('[no speech]\n');
  });

  it('a video with sound is transcribed', async () => {
    const { stdout } = await transcribe(audio('formats/jfk_video.mp4'));
    expect(stdout.replaceAll('\n', ' ')).toContain(WORDS);
  });
});

describe('silence', () => {
  it('gives an empty transcript that says so', async () => {
    const { stderr } = await transcribe(path('silence.wav'), '--out', path('silent'));
    expect(stderr).toContain('silence.wav: no speech');
    const read = (format: string) => readFile(path(`silent/silence.${format}`), 'utf8');
    expect(await read('txt')).toBe('[no speech]\n');
    // Readers refuse an empty file.
    expect(await read('srt')).toBe('1\n00:00:00,000 --> 00:00:05,000\n\n');
    const transcript = JSON.parse(await read('json')) as Transcript;
    expect(transcript).toMatchObject({ duration: 5, language: null, segments: [], chunks: [] });
  });
});

describe('with --out', () => {
  it('files are written, and the same command again does no work', async () => {
    const args = [path('jfk.flac'), '--out', path('out/deep')];
    const first = await transcribe(...args);
    expect(first.stdout).toBe('');
    expect((await readdir(path('out/deep'))).sort()).toEqual(FILES);
    const text = await readFile(path('out/deep/jfk.txt'), 'utf8');
    expect(text.replaceAll('\n', ' ')).toContain(WORDS);

    const before = { runs: await runs(), chunks: await chunkTimes(here.folder) };
    await transcribe(...args);
    expect({ runs: await runs(), chunks: await chunkTimes(here.folder) }).toEqual(before);

    await rm(path('out/deep/jfk.srt'));
    await transcribe(...args);
    expect((await readdir(path('out/deep'))).sort()).toEqual(FILES);
    expect(await readFile(path('out/deep/jfk.txt'), 'utf8')).toBe(text);
    expect(await chunkTimes(here.folder)).toEqual(before.chunks);
  });

  it('only the formats asked for are written', async () => {
    await transcribe(path('jfk.flac'), '--out', path('one'), '--formats', 'txt');
    expect(await readdir(path('one'))).toEqual(['jfk.txt']);
  });
});

/** The newest run of every workflow there is, with the length of its history. */
async function runs(): Promise<string[]> {
  const connection = await Connection.connect({ address: here.address });
  try {
    const found: string[] = [];
    const { workflow } = new Client({ connection });
    for await (const { workflowId } of workflow.list()) {
      // The list itself lags behind.
      const { runId, historyLength } = await workflow.getHandle(workflowId).describe();
      found.push(`${workflowId} ${runId} ${historyLength}`);
    }
    return found.sort();
  } finally {
    await connection.close();
  }
}
