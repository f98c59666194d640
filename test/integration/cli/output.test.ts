import { copyFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transcript } from '../../../workflows/contract.ts';
import { testHome, type TestHome } from '../../support/home.ts';
import { longhand, type Command, type Outcome } from '../../support/longhand.ts';
import { addressOf, audio, chunkTimes, expectNothingLeft, interrupt, make, standing } from './command.ts';

const FILES = ['jfk.json', 'jfk.srt', 'jfk.tsv', 'jfk.txt', 'jfk.vtt'];
const WORDS = 'ask not what your country can do for you';

let home: TestHome;
let up: Command;
const path = (name: string): string => join(home.path, name);
const transcribe = async (...args: string[]): Promise<Outcome> => {
  const outcome = await longhand(home.path, ['transcribe', ...args]).outcome;
  expect(outcome.status, outcome.stderr).toBe(0);
  return outcome;
};

beforeAll(async () => {
  home = await testHome();
  await copyFile(audio('en/jfk.flac'), path('jfk.flac'));
  await make('-f', 'lavfi', '-i', 'anullsrc=r=16000:cl=mono', '-t', '5', path('silence.wav'));
  up = await standing(home.path);
});

afterAll(async () => {
  await interrupt(up);
  await expectNothingLeft(home.path);
  await home[Symbol.asyncDispose]();
});

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

    const before = { runs: await runs(), chunks: await chunkTimes(home.path) };
    await transcribe(...args);
    expect({ runs: await runs(), chunks: await chunkTimes(home.path) }).toEqual(before);

    await rm(path('out/deep/jfk.srt'));
    await transcribe(...args);
    expect((await readdir(path('out/deep'))).sort()).toEqual(FILES);
    expect(await readFile(path('out/deep/jfk.txt'), 'utf8')).toBe(text);
    expect(await chunkTimes(home.path)).toEqual(before.chunks);
  });

  it('only the formats asked for are written', async () => {
    await transcribe(path('jfk.flac'), '--out', path('one'), '--formats', 'txt');
    expect(await readdir(path('one'))).toEqual(['jfk.txt']);
  });
});

/** Every run of every workflow there is, with the length of its history. */
async function runs(): Promise<string[]> {
  const connection = await Connection.connect({ address: addressOf(up) });
  try {
    const found: string[] = [];
    for await (const { workflowId, runId, historyLength } of new Client({ connection }).workflow.list()) {
      found.push(`${workflowId} ${runId} ${historyLength}`);
    }
    return found.sort();
  } finally {
    await connection.close();
  }
}
