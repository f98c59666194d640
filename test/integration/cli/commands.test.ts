import { copyFile, readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { EXIT, ERRORS } from '../../../workflows/errors.ts';
import { testHome } from '../../support/home.ts';
import { longhand, type Outcome } from '../../support/longhand.ts';
import { findPart, processesOf, whileStopped } from '../../support/processes.ts';
import { TcpGate } from '../../support/tcp-gate.ts';
import { saysReady } from '../../support/up.ts';
import { until } from '../../support/until.ts';
import { audio, expectRefusal, interrupt } from './command.ts';
import { StandingHome } from './standing-home.ts';

const WORDS = 'ask not what your country can do for you';
const ID = /^jfk-\d{4}-\d\d-\d\d-[0-9a-f]{10}$/;
const FORMATS = ['json', 'srt', 'tsv', 'txt', 'vtt'];

const here: StandingHome = new StandingHome(() => copyFile(audio('en/jfk.flac'), path('jfk.flac')));
const { path } = here;
const run = (...args: string[]): Promise<Outcome> => longhand(here.folder, args).outcome;

async function succeed(...args: string[]): Promise<Outcome> {
  const outcome = await run(...args);
  expect(outcome.status, outcome.stderr + outcome.stdout).toBe(0);
  return outcome;
}

/** The JSON lines that a command writes to standard output. */
function documents({ stdout }: Outcome): Record<string, unknown>[] {
  const lines = stdout.split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** What `jfk.flac` gives, as every `--json` shows it. */
const resultOf = (formats: readonly string[], files: readonly string[] = []): object => ({
  ...{ duration: 11, speech: expect.any(Number) as number, language: 'en', sections: 1 },
  segments: expect.any(Number) as number,
  ...{ gaps: 0, falls: 0 },
  outputs: formats.map((format) => ({ format, uri: expect.stringMatching(/^file:/) as string })),
  files,
});

async function document(...args: string[]): Promise<unknown> {
  const [first, ...others] = documents(await succeed(...args, '--json'));
  expect(others).toEqual([]);
  return first;
}

describe('start, watch, result, list', () => {
  let id: string;

  it('start prints the ID and does not wait', async () => {
    const { stdout, stderr } = await succeed('start', path('jfk.flac'), '--tenant', 'acme');
    id = stdout.trim();
    expect(id).toMatch(ID);
    expect(stderr).toContain('longhand up');
    const again = await document('start', path('jfk.flac'), '--tenant', 'acme');
    expect(again).toEqual({ file: path('jfk.flac'), id, attached: true, error: null });
  });

  it('watch follows to the end, and again when all is done', async () => {
    const { stdout } = await succeed('watch', id);
    expect(stdout).toMatch(/^00:00 {2}And so/);
    const events = documents(await succeed('watch', id, '--json'));
    expect(events.map(({ type }) => type)).toEqual(['section', 'progress', 'done']);
    expect(events[0]).toMatchObject({
      section: 0,
      transcript: { segments: expect.arrayContaining([expect.objectContaining({ chunk: 0 })]) as unknown[] },
    });
    const cursor = expect.any(String) as string;
    const committed = { committed: 176_000, total: 176_000, gaps: 0, falls: 0, sectionsDone: 1, sections: 1 };
    const progress = { phase: 'done', ...committed, job: expect.any(String) as string, running: [] };
    expect(events[0]).toMatchObject({ cursor });
    expect(events[1]).toEqual({ type: 'progress', cursor, progress });
    expect(events[2]).toEqual({ type: 'done', cursor, result: resultOf(FORMATS) });
  });

  it('result prints one output, or writes all, or describes them', async () => {
    const { stdout } = await succeed('result', id);
    expect(stdout.replaceAll('\n', ' ')).toContain(WORDS);
    expect((await succeed('result', id, '--format', 'srt')).stdout).toMatch(/^1\n00:00:0/);
    await succeed('result', id, '--out', path('all'));
    expect((await readdir(path('all'))).sort()).toEqual(FORMATS.map((format) => `jfk.${format}`));
    expect(await document('result', id, '--out', path('one'), '--format', 'vtt')).toEqual({
      id,
      ...resultOf(FORMATS, [path('one/jfk.vtt')]),
    });
    expect(await readFile(path('one/jfk.vtt'), 'utf8')).toBe(await readFile(path('all/jfk.vtt'), 'utf8'));
    expectRefusal(await run('result', id, '--format', 'report'), 'LH_FORMAT_UNKNOWN');
    expectRefusal(await run('result', id, '--format', 'pdf'), 'LH_FORMAT_UNKNOWN');
  });

  it('list shows it, in columns and as an array, by status and tenant', async () => {
    // The server's lists lag behind.
    await until(
      async () => (await run('list', '--tenant', 'acme', '--status', 'completed')).stdout.includes(id),
      'Expected it to be listed',
    );
    const { stdout } = await succeed('list', '--tenant', 'acme');
    const [header, row, ...others] = stdout.trim().split('\n');
    expect(header).toMatch(/^ID +STATUS +LANGUAGE +MODEL +TENANT +STARTED +NAME$/);
    expect(row?.split(/ {2,}/)).toEqual([
      id,
      'completed',
      'en',
      'base',
      'acme',
      expect.any(String),
      'jfk.flac',
    ]);
    expect(others).toEqual([]);
    const [listed] = (await document('list', '--status', 'completed', '--limit', '1')) as unknown[];
    expect(listed).toEqual({
      ...{ id, runId: expect.any(String) as string, name: 'jfk.flac', status: 'completed', phase: 'done' },
      ...{ language: 'en', model: 'base', models: ['base'], tenant: 'acme' },
      ...{ startedAt: expect.any(String) as string, endedAt: expect.any(String) as string },
    });
    expect(await document('list', '--tenant', 'nobody')).toEqual([]);
    expectRefusal(await run('list', '--status', 'lost'), 'LH_OPTION_INVALID');
  });

  it('an ID that nobody knows has its code, once for each', async () => {
    for (const command of ['watch', 'result']) {
      expectRefusal(await run(command, 'nobody'), 'LH_TRANSCRIPTION_UNKNOWN');
    }
    const outcome = await run('cancel', 'nobody', id, '--json');
    expect(outcome.status).toBe(ERRORS.LH_TRANSCRIPTION_UNKNOWN.exit);
    expect(documents(outcome)).toMatchObject([
      { id: 'nobody', status: null, error: { code: 'LH_TRANSCRIPTION_UNKNOWN', retriedBy: 'nobody' } },
      { id, status: 'completed', error: null },
    ]);
  });
});

describe('transcribe --json', () => {
  it('gives an object for each file, in their order, with what went wrong', async () => {
    const outcome = await run(
      'transcribe',
      audio('broken/text.mp3'),
      path('jfk.flac'),
      path('none.mp3'),
      '--json',
    );
    expect(outcome.status).toBe(EXIT.input);
    const [broken, done, missing] = documents(outcome);
    const id = expect.any(String) as string;
    expect(broken).toEqual({
      ...{ file: audio('broken/text.mp3'), id, attached: false, result: null },
      error: { code: 'LH_AUDIO_UNREADABLE', message: expect.any(String) as string, retriedBy: 'nobody' },
    });
    expect(done).toEqual({
      ...{ file: path('jfk.flac'), id: expect.stringMatching(ID) as string, attached: false, error: null },
      result: resultOf(['txt']),
    });
    expect(missing).toMatchObject({ id: null, error: { code: 'LH_SOURCE_MISSING' } });
    expect(outcome.stderr).not.toMatch(/LH_/);
  });

  it('gives one document for what concerns the whole command', async () => {
    const outcome = await run('transcribe', path('jfk.flac'), '--language', 'klingon', '--json');
    expect(outcome.status).toBe(EXIT.usage);
    expect(outcome.stderr).toBe('');
    expect(documents(outcome)).toEqual([
      { error: { code: 'LH_LANGUAGE_UNKNOWN', message: expect.any(String) as string, retriedBy: 'nobody' } },
    ]);
    const unknown = await run('transcribe', '--volume', '11', '--json');
    expect(documents(unknown)).toMatchObject([{ error: { code: 'LH_OPTION_INVALID' } }]);
    expect(unknown.status).toBe(EXIT.usage);
  });
});

describe('a key of the caller', () => {
  it('is the ID, and belongs to one request', async () => {
    const args = ['start', path('jfk.flac'), '--formats', 'txt', '--key', 'order-17', '--json'];
    expect(documents(await succeed(...args))).toMatchObject([{ id: 'order-17', attached: false }]);
    expect(documents(await succeed(...args))).toMatchObject([{ id: 'order-17', attached: true }]);
    const other = await run('start', path('jfk.flac'), '--formats', 'srt', '--key', 'order-17', '--json');
    expect(documents(other)).toMatchObject([{ error: { code: 'LH_KEY_CONFLICT' } }]);
    expect(other.status).toBe(EXIT.usage);
    expectRefusal(
      await run('start', path('jfk.flac'), audio('en/jfk.flac'), '--key', 'x'),
      'LH_OPTION_INVALID',
    );
  });
});

describe('Ctrl-C', () => {
  it('stops a watch and leaves the transcription, which cancel ends', async () => {
    // It is not done before its time, however long the commands take.
    await whileStopped(await findPart(here.folder, 'engine'), async () => {
      const [started] = documents(await succeed('start', audio('en/dialogue_two_speakers.opus'), '--json'));
      const id = String(started?.id);
      const watching = longhand(here.folder, ['watch', id, '--json']);
      let seen = '';
      watching.process.stdout?.on('data', (text: string) => (seen += text));
      await until(() => seen !== '' || watching.process.exitCode !== null, 'Expected an event');
      const stopped = await interrupt(watching);
      expect(stopped.status).toBe(EXIT.interrupted);
      expect(stopped.stderr).toContain('was not cancelled');
      const [standing] = documents(await succeed('cancel', id, '--json'));
      expect(standing).toEqual({ id, status: 'cancelled', error: null });
      expectRefusal(await run('result', id), 'LH_CANCELLED');
      expect((await succeed('cancel', id)).stdout).toBe(`${id}  cancelled\n`);
    });
  });
});

describe('--address', () => {
  it('of a server whose workers are there makes a client of them, with no process of its own', async () => {
    await using other = await testHome();
    const command = longhand(other.path, [
      'transcribe',
      path('jfk.flac'),
      '--address',
      here.address,
      '--out',
      path('far'),
    ]);
    const parts: number[] = [];
    const looking = setInterval(() => void processesOf(other.path).then((all) => parts.push(all.length)), 50);
    const { status, stderr } = await command.outcome;
    clearInterval(looking);
    expect(status, stderr).toBe(0);
    expect(Math.max(...parts)).toBe(1);
    expect((await readdir(path('far'))).sort()).toEqual(FORMATS.map((format) => `jfk.${format}`));
  });

  it('may come from the environment, as the namespace', async () => {
    await using other = await testHome();
    const env = { LONGHAND_ADDRESS: here.address, LONGHAND_NAMESPACE: '' };
    const { status, stdout } = await longhand(other.path, ['list', '--limit', '1'], env).outcome;
    expect(status).toBe(0);
    expect(stdout).toContain('jfk');
    const elsewhere = { ...env, LONGHAND_NAMESPACE: 'nowhere' };
    expectRefusal(await longhand(other.path, ['list'], elsewhere).outcome, 'LH_OPTION_INVALID');
  });
});

describe('worker', () => {
  it.each(['media', 'gpu'])('%s runs until it is told to end', async (kind) => {
    const worker = longhand(here.folder, ['worker', kind, '--address', here.address, '--json']);
    await saysReady(worker);
    worker.process.kill('SIGTERM');
    const { status, stderr } = await worker.outcome;
    expect(status, stderr).toBe(0);
  });

  it('writes nothing but JSON to standard output, also what the SDK has to say of a server that is away', async () => {
    await using gate = await TcpGate.to(Number(new URL(`http://${here.address}`).port));
    const address = `127.0.0.1:${gate.port}`;
    const worker = longhand(here.folder, ['worker', 'media', '--address', address, '--json']);
    await saysReady(worker);
    gate.cut();
    await until(() => worker.stderr().includes('poll_workflow_task_queue retried'), worker.stderr);
    gate.mend();
    const outcome = await interrupt(worker);
    expect(outcome.status, outcome.stderr).toBe(0);
    expect(documents(outcome)).toEqual([{ type: 'ready' }]);
  });

  it('refuses a kind and a device that are none', async () => {
    expectRefusal(await run('worker', 'coffee'), 'LH_OPTION_INVALID');
    expectRefusal(await run('worker', 'gpu', '--device', 'abacus'), 'LH_OPTION_INVALID');
  });
});

describe('models remove', () => {
  it('is refused while the engine runs', async () => {
    expectRefusal(await run('models', 'remove', 'base'), 'LH_MODEL_IN_USE');
  });
});

describe('up --json', () => {
  it('says where the server is, and when the workers are ready', async () => {
    const second = longhand(here.folder, ['up', '--json']);
    await saysReady(second);
    const outcome = await interrupt(second);
    expect(outcome.status).toBe(0);
    expect(documents(outcome)).toEqual([
      {
        type: 'server',
        address: here.address,
        namespace: 'default',
        ui: expect.any(String) as string,
        store: path('store'),
        devices: ['cpu'],
        memory: null,
        keep: { recordings: null, results: null },
        payloadKeys: null,
      },
      { type: 'ready' },
    ]);
  });

  it('is refused with another limit of memory than the running supervisor has', async () => {
    const outcome = await run('up', '--memory', '2GB');
    expectRefusal(outcome, 'LH_OPTION_INVALID');
    expect(outcome.stderr).toContain('`memory` to be what is free');
  });
});
