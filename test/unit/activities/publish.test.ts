import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outputName } from '../../../activities/publish/output-name.ts';
import { publish } from '../../../activities/publish/publish.ts';
import { saveSection } from '../../../activities/save.ts';
import { openFolderStore } from '../../../activities/store/folder.ts';
import { sectionKey } from '../../../activities/store/keys.ts';
import type { Store } from '../../../activities/store/store.ts';
import type { PublishInput } from '../../../activities/types.ts';
import type {
  Format,
  RunReport,
  SectionReport,
  PackedSection,
  Transcript,
} from '../../../workflows/contract.ts';
import { header, reportHeader } from '../workflows/transcripts.ts';

const JOB = 'talk-0123456789abcdef.0192aaaa-bbbb-cccc-dddd-eeeeffff0000';
const { signal } = new AbortController();

const section = (text: string): PackedSection => ({
  segments: [{ start: 0, end: 1.5, text, language: 'en', confidence: 0.9, chunk: 0 }],
  chunks: [{ spans: [[0, 24_000]], language: 'en', temperature: 0, noSpeech: 0.1, rung: null, gap: null }],
});
const sectionReport = (end: number): SectionReport => ({ chunks: [{ spans: [[0, end]], tries: [] }] });

describe('publish', () => {
  let folder = '';
  let out = '';
  let store: Store;
  let input: PublishInput;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longhand-publish-'));
    out = join(folder, 'out/deeper');
    store = await openFolderStore(join(folder, 'store'));
    const texts = ['ask not', 'what your country'];
    for (const [index, text] of texts.entries()) {
      const saved = { transcript: section(text), report: sectionReport(24_000 + index) };
      await saveSection({ job: JOB, section: index, ...saved }, store);
    }
    input = {
      job: JOB,
      header: { ...header, source: { ...header.source, name: 'talk.mp3' } },
      report: reportHeader,
      options: {
        formats: ['json', 'srt', 'txt'],
        out: `${pathToFileURL(out).href}/`,
      },
      sections: texts.length,
    };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const leftovers = () => readdir(join(folder, 'store/.tmp'));
  const asking = (...formats: Format[]): PublishInput => ({
    ...input,
    options: { ...input.options, formats },
  });
  const into = (path: string | null): PublishInput => ({
    ...input,
    options: { ...input.options, out: path },
  });

  it('writes each format into the folder, which it makes, named after the source', async () => {
    const uris = await publish(input, { store, signal });
    expect(uris.map((uri) => fileURLToPath(uri))).toEqual(
      ['json', 'srt', 'txt'].map((format) => join(out, `talk.${format}`)),
    );
    expect(await readFile(join(out, 'talk.txt'), 'utf8')).toBe('ask not\nwhat your country\n');
    const transcript = JSON.parse(await readFile(join(out, 'talk.json'), 'utf8')) as Transcript;
    expect(transcript.segments.map(({ chunk }) => chunk)).toEqual([0, 1]);
    expect((await readdir(out)).sort()).toEqual(['talk.json', 'talk.srt', 'talk.txt']);
    expect(await leftovers()).toEqual([]);
  });

  it('writes below its folder whatever the source is named, and nothing where no file can be named so', async () => {
    const named = (name: string): PublishInput => ({
      ...asking('txt'),
      header: { ...header, source: { ...header.source, name } },
    });
    for (const name of ['../../../talk.mp3', '/etc/talk.mp3', '..', '-y', 'new\nline.mp3']) {
      const [uri = ''] = await publish(named(name), { store, signal });
      expect(join(fileURLToPath(uri), '..')).toBe(out);
    }
    await expect(publish(named('a\0b.mp3'), { store, signal })).rejects.toMatchObject({
      code: 'LH_INTERNAL',
    });
    expect((await readdir(folder)).sort()).toEqual(['out', 'store']);
  });

  it('writes the run report beside the transcript, with the chunks of all sections', async () => {
    const [uri = ''] = await publish(asking('report'), { store, signal });
    expect(fileURLToPath(uri)).toBe(join(out, 'talk.report.json'));
    const { chunks, ...rest } = JSON.parse(await readFile(new URL(uri), 'utf8')) as RunReport;
    expect(rest).toEqual(reportHeader);
    expect(chunks.map(({ spans }) => spans)).toEqual([[[0, 24_000]], [[0, 24_001]]]);
  });

  it('keeps the outputs in the store where no folder is named', async () => {
    const uris = await publish(into(null), { store, signal });
    expect(await readFile(new URL(uris[2] ?? ''), 'utf8')).toBe('ask not\nwhat your country\n');
    expect(await leftovers()).toEqual([]);
  });

  it.each(['folder', 'store'])('gives the same files when it is repeated (%s)', async (place) => {
    const asked = place === 'store' ? into(null) : input;
    const first = await publish(asked, { store, signal });
    const read = () => Promise.all(first.map((uri) => readFile(new URL(uri))));
    const before = await read();
    expect(await publish(asked, { store, signal })).toEqual(first);
    expect(await read()).toEqual(before);
    expect(await leftovers()).toEqual([]);
  });

  it('says which section is gone, and writes nothing', async () => {
    await store.delete(sectionKey(JOB, 1));
    await expect(publish(input, { store, signal })).rejects.toMatchObject({
      code: 'LH_STORE_MISSING',
      message: expect.stringContaining(sectionKey(JOB, 1)) as string,
    });
    await expect(readdir(out)).rejects.toThrow('ENOENT');
    expect(await leftovers()).toEqual([]);
  });

  it('leaves nothing when it is cancelled', async () => {
    await expect(publish(input, { store, signal: AbortSignal.abort() })).rejects.toThrow();
    await expect(readdir(out)).rejects.toThrow('ENOENT');
    expect(await leftovers()).toEqual([]);
  });

  it.each(['file', 'file/below'])('refuses the folder %s where a file has its name', async (name) => {
    await writeFile(join(folder, 'file'), '');
    const asked = into(`${pathToFileURL(join(folder, name)).href}/`);
    await expect(publish(asked, { store, signal })).rejects.toMatchObject({ code: 'LH_NOT_WRITABLE' });
    expect(await leftovers()).toEqual([]);
  });

  it('refuses to replace a folder that has the name of an output', async () => {
    await mkdir(join(out, 'talk.json'), { recursive: true });
    await expect(publish(input, { store, signal })).rejects.toMatchObject({ code: 'LH_NOT_WRITABLE' });
    expect(await readdir(out)).toEqual(['talk.json']);
  });
});

describe('outputName', () => {
  it.each([
    ['talk.mp3', 'talk.srt'],
    ['talk.final.wav', 'talk.final.srt'],
    ['talk', 'talk.srt'],
    ['会议.wav', '会议.srt'],
    ['../../etc/passwd', 'passwd.srt'],
  ])('of %s is %s', (source, output) => {
    expect(outputName(source, 'srt')).toBe(output);
  });

  it('tells the formats of one kind apart', () => {
    const formats = ['md', 'txt', 'txt-paragraphs', 'txt-times', 'vtt', 'vtt-words'] as const;
    expect(formats.map((format) => outputName('talk.mp3', format))).toEqual([
      'talk.md',
      'talk.txt',
      'talk.paragraphs.txt',
      'talk.times.txt',
      'talk.vtt',
      'talk.words.vtt',
    ]);
  });

  it('of a run report does not take the place of the json', () => {
    expect(outputName('talk.mp3', 'report')).toBe('talk.report.json');
    expect(outputName('talk.mp3', 'json')).toBe('talk.json');
  });

  it('is no longer than a file’s name may be', () => {
    expect(Buffer.byteLength(outputName(`${'x'.repeat(251)}.mp3`, 'json'))).toBeLessThanOrEqual(255);
    expect(Buffer.byteLength(outputName(`${'议'.repeat(83)}.mp3`, 'json'))).toBeLessThanOrEqual(255);
  });
});
