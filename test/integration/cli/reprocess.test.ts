/** Other steps of a finished transcript, from the command line. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXIT, type ErrorCode } from '../../../workflows/errors.ts';
import { testHome } from '../../support/home.ts';
import { longhand, type Outcome } from '../../support/longhand.ts';
import { schemaErrors } from '../../support/schema.ts';
import { audio, expectRefusal } from './command.ts';
import { StandingHome } from './standing-home.ts';

const CLIP = audio('zh/aishell3_joined.mp3');
const STEM = 'aishell3_joined';
/** What other steps are compared by, and how its files are called. */
const FORMATS = { changes: 'changes.tsv', json: 'json', txt: 'txt', 'vtt-words': 'words.vtt' };
const TERMS = 'write,heard\nFond,基金\n汽車,汽车\n';

const here: StandingHome = new StandingHome();
const { path } = here;
const run = (...args: string[]): Promise<Outcome> => longhand(here.folder, args).outcome;
const steps = (): string[] => ['--script', 'cn', '--punctuation', 'full', '--terms', path('terms.csv')];
const made = (): string[] => ['--formats', Object.keys(FORMATS).join()];
const transcriptFile = (): string => path(`out/${STEM}.json`);

async function succeed(...args: string[]): Promise<Outcome> {
  const outcome = await run(...args);
  expect(outcome.status, outcome.stderr + outcome.stdout).toBe(0);
  return outcome;
}

/** The one JSON line that a command writes. */
const document = ({ stdout }: Outcome): Record<string, unknown> => {
  expect(stdout).toMatch(/^.+\n$/);
  return JSON.parse(stdout) as Record<string, unknown>;
};

/** All outputs in a folder, by their format. */
const outputsIn = async (folder: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(FORMATS).map(async ([format, ending]) => [
        format,
        await readFile(path(`${folder}/${STEM}.${ending}`), 'utf8'),
      ]),
    ),
  ) as Record<string, string>;

/** Names of the activities that a transcription has had done. */
async function activitiesOf(id: string): Promise<string[]> {
  const connection = await Connection.connect({ address: here.address });
  try {
    const { events } = await new Client({ connection }).workflow.getHandle(id).fetchHistory();
    return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled?.activityType?.name ? [scheduled.activityType.name] : [],
    );
  } finally {
    await connection.close();
  }
}

let id: string;
beforeAll(async () => {
  await writeFile(path('terms.csv'), TERMS);
  await succeed('transcribe', CLIP, '--words', '--formats', 'json', '--out', path('out'));
  const started = await succeed(
    'start',
    CLIP,
    '--words',
    '--formats',
    'json',
    '--out',
    path('out'),
    '--json',
  );
  id = String(document(started).id);
}, 120_000);

describe('other steps of a transcript', () => {
  it('give the bytes that they give of its source, by its ID and by its json, and nothing is heard again', async () => {
    const direct = ['transcribe', CLIP, '--words', '--hotwords', '', ...steps(), ...made()];
    await succeed(...direct, '--out', path('direct'));
    const byId = document(
      await succeed('reprocess', id, ...steps(), ...made(), '--out', path('by-id'), '--json'),
    );
    const byFile = document(
      await succeed('reprocess', transcriptFile(), ...steps(), ...made(), '--out', path('by-file'), '--json'),
    );
    const expected = await outputsIn('direct');
    expect(expected.txt).toContain('Fond');
    expect(schemaErrors('transcript-2', JSON.parse(expected.json!))).toEqual([]);
    expect(await outputsIn('by-id')).toEqual(expected);
    expect(await outputsIn('by-file')).toEqual(expected);
    for (const { id: own } of [byId, byFile]) {
      expect(await activitiesOf(String(own))).toEqual(['readSection', 'save', 'publish']);
    }
  });

  it('are those of a transcript that was corrected, and no source attaches to them', async () => {
    const content = await readFile(transcriptFile(), 'utf8');
    await writeFile(path('corrected.json'), content.replaceAll('基', '積'));
    const args = ['--script', 'cn', '--formats', 'txt', '--json'];
    const corrected = document(await succeed('reprocess', path('corrected.json'), ...args));
    expect((await succeed('result', String(corrected.id))).stdout).toContain('积金持有人');
    const heard = document(await succeed('reprocess', transcriptFile(), ...args));
    expect((await succeed('result', String(heard.id))).stdout).toContain('基金持有人');
    const transcribed = document(await succeed('transcribe', CLIP, '--words', ...args));
    expect(transcribed).toMatchObject({ attached: false });
    expect((await succeed('result', String(transcribed.id))).stdout).toContain('基金持有人');
  });

  it('need neither the recording nor what was heard of it', async () => {
    await using elsewhere = await testHome();
    const { status, stdout, stderr } = await longhand(elsewhere.path, [
      'reprocess',
      transcriptFile(),
      ...['--script', 'cn'],
    ]).outcome;
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('却存在对基金持有人');
    expect((await readdir(join(elsewhere.path, 'store'))).sort()).not.toContain('chunks');
  });
});

describe('what a command shows', () => {
  it('is the text, and the steps by default where none are named', async () => {
    const { stdout } = await succeed('reprocess', id);
    expect(stdout).toMatch(/^卻存在對基金持有人\s/);
  });

  it('is with --explain each change: when, by which rule, before and after', async () => {
    const { stdout, stderr } = await succeed('reprocess', id, ...steps(), '--explain');
    expect(stdout).toMatch(/^却存在对Fond持有人\s/);
    expect(stdout).not.toContain('\t');
    const lines = stderr.trimEnd().split('\n');
    expect(lines[0]).toBe(`${path('terms.csv')}: 2 terms, utf-8`);
    expect(lines).toContain('00:00  script to-cn  "卻" → "却"');
    expect(stderr).toMatch(/^00:3\d {2}punctuation full-width {2}"," → "，"$/m);
    expect(lines).toContain('00:00  terms heard-as-term  "基金" → "Fond"');
    const [, ...rows] = (await outputsIn('direct')).changes!.trimEnd().split('\n');
    expect(lines.filter((line) => line.includes('→'))).toHaveLength(rows.length);
  });

  it('is the changes themselves where they are asked for as a format', async () => {
    const { stdout, stderr } = await succeed('reprocess', id, ...steps(), '--formats', 'txt,changes');
    const { changes, txt } = await outputsIn('direct');
    expect(stdout).toBe(`${changes}${txt}`);
    expect(stderr).not.toContain('→');
    const both = await succeed('reprocess', id, ...steps(), '--formats', 'changes', '--explain');
    expect(both.stdout).toBe(changes);
    expect(both.stderr).toContain('"基金" → "Fond"');
  });

  it('is with --json what a result is', async () => {
    const args = [
      'reprocess',
      id,
      ...steps(),
      '--formats',
      'txt',
      '--explain',
      '--out',
      path('json'),
      '--json',
    ];
    const uri = expect.stringMatching(/^file:/) as string;
    // How processors round decides where a segment ends.
    const { segments } = JSON.parse(await readFile(transcriptFile(), 'utf8')) as { segments: unknown[] };
    expect(document(await succeed(...args))).toEqual({
      ...{ id: expect.stringMatching(/^aishell3-joined-/) as string, duration: 42.416, language: 'zh' },
      ...{ speech: expect.any(Number) as number, sections: 1, segments: segments.length, gaps: 0, falls: 0 },
      outputs: [
        { format: 'changes', uri },
        { format: 'txt', uri },
      ],
      files: [path(`json/${STEM}.changes.tsv`), path(`json/${STEM}.txt`)],
    });
  });
});

describe('a transcription', () => {
  it('is explained as well', async () => {
    const { stdout, stderr } = await succeed('transcribe', CLIP, '--script', 'cn', '--explain');
    expect(stdout).toMatch(/^却存在对基金持有人\s/);
    expect(stderr).toContain('00:00  script to-cn  "卻" → "却"\n');
  });
});

describe('a refusal', () => {
  it.each<[string, ErrorCode, number, string, () => string[]]>([
    ['an ID that nobody knows', 'LH_TRANSCRIPTION_UNKNOWN', EXIT.usage, 'nobody', () => ['nobody']],
    ['no file', 'LH_SOURCE_MISSING', EXIT.input, 'none.json', () => [path('none.json')]],
    ['no JSON', 'LH_TRANSCRIPT_INVALID', EXIT.input, 'text.json', () => [path('text.json')]],
    [
      'no transcript',
      'LH_TRANSCRIPT_INVALID',
      EXIT.input,
      'transcript/2, got nothing',
      () => [path('none/../empty.json')],
    ],
    [
      'an old transcript',
      'LH_TRANSCRIPT_INVALID',
      EXIT.input,
      'got "longhand/transcript/1"',
      () => [path('old.json')],
    ],
    ['the run report', 'LH_FORMAT_UNKNOWN', EXIT.usage, '`report`', () => [id, '--formats', 'txt,report']],
    ['no format', 'LH_FORMAT_UNKNOWN', EXIT.usage, '`pdf`', () => [id, '--formats', 'pdf']],
    ['no script', 'LH_PIPELINE_INVALID', EXIT.usage, 'cn, t, tw, twp, hk', () => [id, '--script', 'latin']],
    ['no terms', 'LH_TERMS_UNREADABLE', EXIT.usage, 'none.csv', () => [id, '--terms', path('none.csv')]],
    [
      'an unknown step',
      'LH_PIPELINE_INVALID',
      EXIT.usage,
      'unknown.json[1].step',
      () => [id, '--pipeline', path('unknown.json')],
    ],
    [
      'steps that are no JSON',
      'LH_PIPELINE_INVALID',
      EXIT.usage,
      'text.json',
      () => [id, '--pipeline', path('text.json')],
    ],
    ['no steps', 'LH_PIPELINE_INVALID', EXIT.usage, 'none.json', () => [id, '--pipeline', path('none.json')]],
    ['sound without terms', 'LH_OPTION_INVALID', EXIT.usage, '--terms', () => [id, '--terms-by-sound']],
    [
      'steps twice',
      'LH_OPTION_INVALID',
      EXIT.usage,
      '--pipeline',
      () => [id, '--pipeline', path('unknown.json'), '--numbers'],
    ],
  ])('names %s', async (_, code, status, shown, args) => {
    await writeFile(path('text.json'), 'just\ntext');
    await writeFile(path('empty.json'), '{}');
    const content = await readFile(transcriptFile(), 'utf8');
    await writeFile(path('old.json'), content.replace('transcript/2', 'transcript/1'));
    await writeFile(path('unknown.json'), '[{"step":"unicode"},{"step":"uncode"}]');
    const outcome = await run('reprocess', ...args());
    expectRefusal(outcome, code);
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).toContain(shown);
  });

  it('is one document with --json', async () => {
    const outcome = await run('reprocess', 'nobody', '--json');
    expect(outcome.status).toBe(EXIT.usage);
    expect(outcome.stderr).toBe('');
    expect(document(outcome)).toMatchObject({ error: { code: 'LH_TRANSCRIPTION_UNKNOWN' } });
  });

  it('is of words that were never heard', async () => {
    const wordless = document(await succeed('start', CLIP, '--formats', 'txt', '--json'));
    expectRefusal(await run('reprocess', String(wordless.id), '--formats', 'vtt-words'), 'LH_OPTION_INVALID');
  });
});
