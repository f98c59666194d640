import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Longhand } from '../../../client/index.ts';
import { heldBy } from '../../support/held.ts';
import { testHome, type TestHome } from '../../support/home.ts';
import { longhand, type Command } from '../../support/longhand.ts';
import { addressOf, standing } from '../../support/up.ts';
import { WebServer, whole } from '../../support/web-server.ts';
import { audio, expectNothingLeft, expectRefusal, interrupt } from '../cli/command.ts';

const key = (id: string, byte: number): string => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;

/** In the folder's name, in the options, and in the speech. */
const SECRETS = ['hush-4711', 'Wintermute', 'country'] as const;

let home: TestHome;
let up: Command;
let here: Longhand;
let talk: string;
let web: WebServer;

async function stand(keys: string): Promise<void> {
  process.env.LONGHAND_PAYLOAD_KEYS = keys;
  up = await standing(home.path);
  here = new Longhand({ address: addressOf(up), store: join(home.path, 'store') });
}

async function end(): Promise<void> {
  await here.close();
  await interrupt(up);
}

beforeAll(async () => {
  home = await testHome();
  web = await WebServer.start();
  process.env.LONGHAND_FETCH_ALLOW = `127.0.0.1:${web.port}`;
  talk = join(home.path, 'hush-4711.flac');
  await copyFile(audio('en/jfk.flac'), talk);
  await stand(key('key-of-2025', 1));
});

afterAll(async () => {
  await end();
  delete process.env.LONGHAND_PAYLOAD_KEYS;
  delete process.env.LONGHAND_FETCH_ALLOW;
  await web[Symbol.asyncDispose]();
  await expectNothingLeft(home.path);
  await home[Symbol.asyncDispose]();
});

const start = (options = {}) =>
  here.transcribe(talk, { key: 'quiet-1', hotwords: 'Wintermute', formats: ['txt'], ...options });

describe('with a key', () => {
  it('the server holds nothing of source, options and text that can be read', async () => {
    const transcription = await start();
    await transcription.result();
    expect(await transcription.read('txt')).toContain('country');
    const bytes = await heldBy(addressOf(up), transcription.id);
    for (const secret of SECRETS) expect(bytes).not.toContain(secret);
    expect(bytes).toContain('binary/encrypted');
    expect(bytes).not.toContain('json/plain\u0012\u0002{"');
  }, 60_000);

  it('nor of a failure', async () => {
    const broken = join(home.path, 'hush-4711.mp3');
    await writeFile(broken, 'no sound in here');
    const transcription = await here.transcribe(broken, { key: 'quiet-2' });
    await expect(transcription.result()).rejects.toMatchObject({
      code: 'LH_AUDIO_UNREADABLE',
      message: expect.stringContaining('hush-4711') as string,
    });
    const bytes = await heldBy(addressOf(up), transcription.id);
    expect(bytes).not.toContain('hush-4711');
    expect(bytes).toContain('LH_AUDIO_UNREADABLE');
  }, 60_000);

  it('a URL with a query is fetched, and nothing of it can be read', async () => {
    const url = `${web.on('/talk.flac', whole(await readFile(talk)))}?token=hush-4711`;
    const transcription = await here.transcribe(url, { key: 'quiet-4', formats: ['txt'] });
    await transcription.result();
    expect(await transcription.read('txt')).toContain('country');
    const bytes = await heldBy(addressOf(up), transcription.id);
    for (const secret of [...SECRETS, 'talk.flac']) expect(bytes).not.toContain(secret);
  }, 60_000);

  it('a command of another key is refused, and names neither', async () => {
    const other = { LONGHAND_PAYLOAD_KEYS: key('k9', 9) };
    const joined = await longhand(home.path, ['list'], other).outcome;
    expectRefusal(joined, 'LH_OPTION_INVALID');
    expect(joined.stderr).toContain('to be key-of-2025, which the running supervisor uses, got `k9`');

    const args = ['result', 'quiet-1', '--address', addressOf(up), '--store', join(home.path, 'store')];
    const asked = await longhand(home.path, args, other).outcome;
    expectRefusal(asked, 'LH_PAYLOAD_UNREADABLE');
    expect(asked.stderr).not.toContain(Buffer.alloc(32, 9).toString('base64'));
  }, 60_000);

  it('a key that is none stops the start', async () => {
    const outcome = await longhand(home.path, ['list'], { LONGHAND_PAYLOAD_KEYS: 'k1:short' }).outcome;
    expectRefusal(outcome, 'LH_OPTION_INVALID');
  });

  it('after a rotation what was encrypted before is read, and what comes is encrypted anew', async () => {
    await end();
    await stand(`${key('key-of-2026', 2)},${key('key-of-2025', 1)}`);
    const before = here.get('quiet-1');
    expect(await before.result()).toMatchObject({ sections: 1 });
    const after = await start({ key: 'quiet-3', hotwords: 'Neuromancer' });
    await after.result();
    const bytes = await heldBy(addressOf(up), 'quiet-3');
    expect(bytes).toContain('key-of-2026');
    expect(bytes).not.toContain('key-of-2025');
    expect(bytes).not.toContain('Neuromancer');
  }, 90_000);
});
