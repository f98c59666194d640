import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Longhand } from '../../../client/index.ts';
import { gate } from '../../support/gate.ts';
import { heldBy } from '../../support/held.ts';
import { testHome, type TestHome } from '../../support/home.ts';
import { longhand, type Command } from '../../support/longhand.ts';
import { findPart, kill } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import { addressOf, standing } from '../../support/up.ts';
import { status, WebServer, whole } from '../../support/web-server.ts';
import { readOutputs } from '../../faults/outputs.ts';
import { audio, expectNothingLeft, expectRefusal, interrupt } from '../cli/command.ts';

const TOKEN = 'hush-4711';
const ALLOW = 'LONGHAND_FETCH_ALLOW';

let web: WebServer;
let bytes: Buffer;
let home: TestHome;
let up: Command;
let here: Longhand;

beforeAll(async () => {
  web = await WebServer.start();
  bytes = await readFile(audio('en/jfk.flac'));
  home = await testHome();
  const signed = (path: string): string => `http://127.0.0.1:${web.port}/${TOKEN}${path}?token=${TOKEN}`;
  up = await standing(home.path, [], {
    [ALLOW]: `127.0.0.1:${web.port}`,
    LONGHAND_SECRET_JFK: signed('/jfk.flac'),
    LONGHAND_SECRET_GONE: signed('/gone.flac'),
  });
  here = new Longhand({ address: addressOf(up), store: join(home.path, 'store') });
}, 120_000);

afterAll(async () => {
  await here.close();
  await interrupt(up);
  await expectNothingLeft(home.path);
  await home[Symbol.asyncDispose]();
  await web[Symbol.asyncDispose]();
});

async function logs(): Promise<string> {
  const folder = join(home.path, 'logs');
  const texts = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
  );
  return texts.join('\n');
}

const transcribe = (source: string, out: string): Command =>
  longhand(home.path, ['transcribe', source, '--out', join(home.path, out), '--language', 'en']);

async function done({ outcome }: Command): Promise<string> {
  const { status: exit, stderr } = await outcome;
  expect(exit, stderr).toBe(0);
  return stderr;
}

describe('a source by URL', () => {
  it('gives the bytes that the file of its name gives', async () => {
    const url = web.on('/talks/jfk.flac', status(503), whole(bytes));
    await done(transcribe(url, 'by-url'));
    await done(transcribe(audio('en/jfk.flac'), 'by-file'));
    const outputs = await readOutputs(join(home.path, 'by-url'));
    expect(Object.keys(outputs)).toContain('jfk.srt');
    expect(outputs).toEqual(await readOutputs(join(home.path, 'by-file')));
  }, 120_000);

  it('is the same transcription again, without a request', async () => {
    const url = web.on('/again.flac', whole(bytes));
    const first = await here.transcribe(url, { formats: ['txt'] });
    await first.result();
    expect(await first.read('txt')).toContain('country');
    const second = await here.transcribe(new URL(url), { formats: ['txt'] });
    expect(second).toMatchObject({ id: first.id, attached: true });
    expect(web.requests.filter((path) => path === '/again.flac')).toHaveLength(1);
  }, 60_000);

  it('that is not allowed, or not there, fails with its code', async () => {
    await using inner = await WebServer.start();
    const refused = await transcribe(inner.on('/inner.flac', whole(bytes)), 'never').outcome;
    expectRefusal(refused, 'LH_SOURCE_ADDRESS');
    expect(refused.stderr).toContain(ALLOW);
    expectRefusal(await transcribe(web.on('/none.flac', status(404)), 'never').outcome, 'LH_SOURCE_MISSING');
    expect(inner.requests).toEqual([]);
  }, 60_000);

  it('that has a query is refused before anything is sent', async () => {
    const outcome = await transcribe(`${web.on('/signed.flac', whole(bytes))}?token=${TOKEN}`, 'never')
      .outcome;
    expectRefusal(outcome, 'LH_SOURCE_READABLE');
    expect(outcome.stderr).toContain('secret:NAME');
    expect(outcome.stderr).not.toContain(TOKEN);
  }, 60_000);

  it('goes on after its worker was killed in the middle', async () => {
    const opened = gate();
    const url = web.on(
      '/killed.flac',
      (response) => {
        response.writeHead(200, { 'content-length': bytes.length });
        response.write(bytes.subarray(0, 1000), () => opened.open());
      },
      whole(bytes),
    );
    const transcription = await here.transcribe(url, { formats: ['txt'] });
    await opened.passed;
    await until(
      async () => (await transcription.progress()).phase === 'fetch',
      'Expected the phase of a fetch',
    );
    kill(await findPart(home.path, 'media'));
    await transcription.result();
    expect(await transcription.read('txt')).toContain('country');
    expect(web.requests.filter((path) => path === '/killed.flac')).toHaveLength(2);
  }, 90_000);
});

describe('a secret', () => {
  it('is nowhere that the server or a log keeps', async () => {
    web.on(`/${TOKEN}/jfk.flac`, status(503), whole(bytes));
    const stderr = await done(transcribe('secret:JFK', 'by-secret'));
    const outputs = await readOutputs(join(home.path, 'by-secret'));
    expect(outputs['jfk.txt']).toContain('country');

    const failed = await transcribe('secret:GONE', 'never').outcome;
    expectRefusal(failed, 'LH_SOURCE_MISSING');
    const kept: string[] = [stderr, failed.stderr, await logs(), ...Object.values(outputs)];
    let secrets = 0;
    for await (const { id, name } of here.list()) {
      if (name !== 'jfk' && name !== 'gone') continue;
      secrets += 1;
      kept.push(await heldBy(addressOf(up), id));
    }
    expect(secrets).toBe(2);
    for (const text of kept) expect(text).not.toContain(TOKEN);
    expect(kept.join('\n')).toContain('secret:JFK');
  }, 90_000);

  it('that no worker holds says what its operator has to set', async () => {
    const outcome = await transcribe('secret:UNKNOWN', 'never').outcome;
    expectRefusal(outcome, 'LH_SECRET_MISSING');
    expect(outcome.stderr).toContain('LONGHAND_SECRET_UNKNOWN');
  }, 60_000);
});
