import { copyFile, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  Longhand,
  type RunReport,
  type Transcript,
  type TranscriptionSummary,
} from '../../../client/index.ts';
import { testHome, type TestHome } from '../../support/home.ts';
import type { Command } from '../../support/longhand.ts';
import { addressOf, standing } from '../../support/up.ts';
import { audio, chunkTimes, expectNothingLeft, interrupt, make } from '../cli/command.ts';

const WORDS = 'ask not what your country can do for you';
const SPEECH = audio('en/jfk.flac');

let home: TestHome;
let up: Command;
let longhand: Longhand;
const path = (name: string): string => join(home.path, name);

beforeAll(async () => {
  home = await testHome();
  up = await standing(home.path);
  longhand = new Longhand({ address: addressOf(up), store: path('store') });
});

afterAll(async () => {
  await longhand.close();
  await interrupt(up);
  await expectNothingLeft(home.path);
  await home[Symbol.asyncDispose]();
});

async function listed(filter: Parameters<Longhand['list']>[0]): Promise<TranscriptionSummary[]> {
  const found: TranscriptionSummary[] = [];
  for await (const one of longhand.list(filter)) found.push(one);
  return found;
}

/** Waits until the server lists as many. */
async function listedSoon(
  filter: Parameters<Longhand['list']>[0],
  count: number,
): Promise<TranscriptionSummary[]> {
  return expect
    .poll(() => listed(filter), { timeout: 30_000 })
    .toHaveLength(count)
    .then(() => listed(filter));
}

describe('transcribe', () => {
  it('gives a handle to the text, in every form and in files', async () => {
    const transcription = await longhand.transcribe(SPEECH, { formats: ['json', 'txt', 'report'] });
    expect(transcription.id).toMatch(/^jfk-\d{4}-\d{2}-\d{2}-[0-9a-f]{10}$/);
    expect(transcription.attached).toBe(false);
    const result = await transcription.result();
    expect(result).toMatchObject({ sections: 1, duration: 11, language: 'en', gaps: 0, falls: 0 });

    const text = await transcription.read('txt');
    expect(text.replaceAll('\n', ' ')).toContain(WORDS);
    const transcript = JSON.parse(await transcription.read('json')) as Transcript;
    expect(transcript.segments.map((segment) => segment.text).join(' ')).toContain(WORDS);
    const report = JSON.parse(await transcription.read('report')) as RunReport;
    expect(report.workflowId).toBe(transcription.id);
    await expect(transcription.read('srt')).rejects.toMatchObject({ code: 'LH_FORMAT_UNKNOWN' });

    const paths = await transcription.download(path('files'), { formats: ['txt', 'report'] });
    expect(paths).toEqual([path('files/jfk.txt'), path('files/jfk.report.json')]);
    expect(await readFile(path('files/jfk.txt'), 'utf8')).toBe(text);
    expect((await readdir(path('files'))).sort()).toEqual(['jfk.report.json', 'jfk.txt']);
  });

  it('made fifty times at once is one transcription', async () => {
    const made = await Promise.all(
      Array.from({ length: 50 }, () => longhand.transcribe(SPEECH, { tenant: 'fifty', formats: ['txt'] })),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(made.filter(({ attached }) => !attached)).toHaveLength(1);
    const results = await Promise.all(made.map((one) => one.result()));
    expect(new Set(results.map(({ job }) => job)).size).toBe(1);
    const found = await listedSoon({ tenant: 'fifty', status: 'completed' }, 1);
    expect(found).toMatchObject([{ phase: 'done' }]);
    expect(await listed({ tenant: 'fifty' })).toEqual(found);
  });

  it('made again attaches to what is done, and runs again once its files are gone', async () => {
    const first = await longhand.transcribe(SPEECH, { tenant: 'again', formats: ['txt'] });
    const { job } = await first.result();
    const text = await first.read('txt');
    const chunks = await chunkTimes(home.path);

    const second = await longhand.transcribe(SPEECH, { tenant: 'again', formats: ['txt'] });
    expect(second.attached).toBe(true);
    expect((await second.result()).job).toBe(job);

    await rm(path(`store/jobs/${job}/transcript.txt`));
    await expect(first.read('txt')).rejects.toMatchObject({ code: 'LH_STORE_MISSING' });
    const third = await longhand.transcribe(SPEECH, { tenant: 'again', formats: ['txt'] });
    expect(third).toMatchObject({ id: first.id, attached: false });
    expect(await third.read('txt')).toBe(text);
    expect((await third.result()).job).not.toBe(job);
    expect(await chunkTimes(home.path)).toEqual(chunks);
  });

  it('writes to a folder that is named, and notices when a file is gone', async () => {
    const options = { out: path('out'), formats: ['srt', 'txt'] } as const;
    const { outputs } = await (await longhand.transcribe(SPEECH, options)).result();
    expect(outputs.map(({ uri }) => uri)).toEqual([
      `file://${path('out/jfk.srt')}`,
      `file://${path('out/jfk.txt')}`,
    ]);
    expect((await longhand.transcribe(SPEECH, options)).attached).toBe(true);
    await rm(path('out/jfk.txt'));
    const again = await longhand.transcribe(SPEECH, options);
    expect(again.attached).toBe(false);
    expect((await again.read('txt')).replaceAll('\n', ' ')).toContain(WORDS);
    expect((await stat(path('out/jfk.txt'))).size).toBeGreaterThan(0);
  });

  it('under a key of the caller is that key, and no other request may have it', async () => {
    const options = { key: 'order-17', formats: ['txt'] } as const;
    const first = await longhand.transcribe(SPEECH, options);
    expect(first).toMatchObject({ id: 'order-17', attached: false });
    await first.result();
    expect(await longhand.transcribe(SPEECH, options)).toMatchObject({ id: 'order-17', attached: true });

    await copyFile(audio('en/librivox_austen.flac'), path('other.flac'));
    for (const [source, other] of [
      [SPEECH, { ...options, language: 'en' }],
      [SPEECH, { ...options, tenant: 'someone' }],
      [path('other.flac'), options],
    ] as const) {
      await expect(longhand.transcribe(source, other)).rejects.toMatchObject({ code: 'LH_KEY_CONFLICT' });
    }
    // The same wish without the key is another transcription.
    expect((await longhand.transcribe(SPEECH, { formats: ['txt'] })).id).toMatch(/^jfk-/);
  });

  it.each([
    ['what is not there', 'none.mp3', {}, 'LH_SOURCE_MISSING'],
    ['a URL of another scheme', 's3://bucket/a.mp3', {}, 'LH_SOURCE_SCHEME'],
    ['a key with upper case', SPEECH, { key: 'Order' }, 'LH_OPTION_INVALID'],
    ['an empty tenant', SPEECH, { tenant: '' }, 'LH_OPTION_INVALID'],
    ['a language of no such form', SPEECH, { language: 'English' }, 'LH_LANGUAGE_UNKNOWN'],
  ])('refuses %s', async (_, source, options, code) => {
    await expect(longhand.transcribe(source, options)).rejects.toMatchObject({ name: 'LonghandError', code });
  });

  it.each([
    ['a model', { model: 'colossal' }, 'LH_MODEL_UNKNOWN'],
    ['a language', { language: 'xx' }, 'LH_LANGUAGE_UNKNOWN'],
  ])('fails with the code of %s that the catalogue lacks', async (_, options, code) => {
    const transcription = await longhand.transcribe(SPEECH, options);
    await expect(transcription.result()).rejects.toMatchObject({ code });
    await expect(transcription.progress()).rejects.toMatchObject({ code });
    await expect(transcription.read('txt')).rejects.toMatchObject({ code });
    expect(await transcription.describe()).toMatchObject({ status: 'failed' });
  });

  it('fails with the code of the source', async () => {
    await make('-f', 'lavfi', '-i', 'testsrc=d=1', path('silent.mp4'));
    const transcription = await longhand.transcribe(path('silent.mp4'));
    await expect(transcription.result()).rejects.toMatchObject({ code: 'LH_AUDIO_NO_SOUND' });
  });
});

describe('a handle', () => {
  it('of an ID tells what the one from transcribe tells', async () => {
    const { id } = await longhand.transcribe(SPEECH, { key: 'handle', language: 'en', formats: ['txt'] });
    const handle = longhand.get(id);
    expect(handle).toMatchObject({ id, attached: null });
    const { job, sections } = await handle.result();
    const total = 11 * 16_000;
    const done = {
      phase: 'done',
      committed: total,
      total,
      sectionsDone: sections,
      sections,
      job,
      running: [],
    };
    expect(await handle.progress()).toMatchObject(done);
    expect((await handle.preview()).replaceAll('\n', ' ')).toContain(WORDS);
    expect(await handle.describe()).toMatchObject({
      id,
      runId: job.slice(id.length + 1),
      name: 'jfk.flac',
      status: 'completed',
      phase: 'done',
      language: 'en',
      model: 'base',
      tenant: null,
    });
    await handle.cancel();
    expect((await handle.describe()).status).toBe('completed');
  });

  it('of an ID that the server does not know says so', async () => {
    const { id } = await longhand.transcribe(SPEECH, { formats: ['txt'] });
    const code = 'LH_TRANSCRIPTION_UNKNOWN';
    for (const unknown of ['no-such-id', `${id}x`, '', 'x'.repeat(2000)]) {
      const handle = longhand.get(unknown);
      await expect(handle.result()).rejects.toMatchObject({ code });
      await expect(handle.progress()).rejects.toMatchObject({ code });
      await expect(handle.cancel()).rejects.toMatchObject({ code });
      await expect(handle.follow().next()).rejects.toMatchObject({ code });
    }
  });

  it('follows a transcription of one section to its end', async () => {
    const transcription = await longhand.transcribe(SPEECH, { tenant: 'followed', formats: ['txt'] });
    const types: string[] = [];
    let text = '';
    for await (const event of transcription.follow({ interval: 50 })) {
      types.push(event.type);
      if (event.type === 'section') text = event.transcript.segments.map((one) => one.text).join(' ');
    }
    expect(types.filter((type) => type === 'section')).toHaveLength(1);
    expect(types.at(-1)).toBe('done');
    expect(text).toContain(WORDS);
  });

  it('without a store needs none for the result, and says so where it does', async () => {
    await using bare = new Longhand({ address: addressOf(up) });
    const transcription = await bare.transcribe(SPEECH, { key: 'bare', formats: ['txt'] });
    await transcription.result();
    await expect(transcription.follow().next()).rejects.toMatchObject({ code: 'LH_STORE_NOT_GIVEN' });
    await expect(transcription.preview()).rejects.toMatchObject({ code: 'LH_STORE_NOT_GIVEN' });
    // A folder on this disk needs no store to be read.
    expect(await transcription.read('txt')).toContain('country');
    expect((await bare.transcribe(SPEECH, { key: 'bare', formats: ['txt'] })).attached).toBe(true);
  });
});

describe('list', () => {
  it('finds by every filter, and by all together', async () => {
    const ids = ['list-a', 'list-b', 'list-c'];
    for (const key of ids) {
      const language = key === 'list-c' ? 'en' : 'auto';
      await (
        await longhand.transcribe(SPEECH, { key, tenant: "O'Brien \\ Söhne", language, formats: ['txt'] })
      ).result();
    }
    const tenant = "O'Brien \\ Söhne";
    const found = await listedSoon({ tenant, status: 'completed' }, 3);
    expect(found.map(({ id }) => id).sort()).toEqual(ids);
    expect(found[0]).toMatchObject({
      name: 'jfk.flac',
      model: 'base',
      language: 'en',
      tenant,
      phase: 'done',
    });
    expect(found[0]?.endedAt).toBeInstanceOf(Date);
    expect(await listed({ tenant, limit: 2 })).toHaveLength(2);
    expect(
      await listed({ tenant, model: 'base', language: 'en', phase: 'done', status: 'completed' }),
    ).toHaveLength(3);
    expect(await listed({ tenant, status: 'running' })).toEqual([]);
    expect(await listed({ tenant, language: 'ru' })).toEqual([]);
    expect(await listed({ tenant: "' OR '1' = '1" })).toEqual([]);
    const everything = await listed({});
    expect(everything.length).toBeGreaterThan(3);
    expect(everything.every(({ id }) => !id.includes('/'))).toBe(true);
  });

  it('refuses filters that mean nothing', async () => {
    for (const filter of [{ limit: 0 }, { status: 'done' }, { phase: 'asleep' }]) {
      await expect(listed(filter as never)).rejects.toMatchObject({ code: 'LH_OPTION_INVALID' });
    }
  });
});
