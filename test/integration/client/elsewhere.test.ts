import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Longhand } from '../../../client/index.ts';
import { testHome, type TestHome } from '../../support/home.ts';
import type { Command } from '../../support/longhand.ts';
import { findPart, kill } from '../../support/processes.ts';
import { addressOf, standing } from '../../support/up.ts';
import { audio, interrupt } from '../cli/command.ts';

const INDEX = fileURLToPath(new URL('../../../dist/client/index.js', import.meta.url));
const SPEECH = audio('en/jfk.flac');

/** Where processes see no others and have another host's name; null where this system lets nobody do so. */
const apart = ['--user', '--map-root-user', '--uts', '--pid', '--fork', '--mount-proc'];
const canBeApart = await promisify(execFile)('unshare', [...apart, 'hostname', 'elsewhere']).then(
  () => true,
  () => false,
);

let home: TestHome;
let up: Command;
beforeAll(async () => {
  home = await testHome();
  up = await standing(home.path);
});
afterAll(async () => {
  await interrupt(up);
  await home[Symbol.asyncDispose]();
});

/** Runs a module's text on what seems another host; gives what it writes. */
async function elsewhere(code: string): Promise<string> {
  const module = `import { Longhand } from ${JSON.stringify(INDEX)};\n${code}`;
  const node = [process.execPath, '--input-type=module', '--eval', module];
  const shell = ['sh', '-c', 'hostname elsewhere && exec "$@"', 'sh', ...node];
  const { stdout } = await promisify(execFile)('unshare', [...apart, ...shell], { timeout: 50_000 });
  return stdout;
}

describe.skipIf(!canBeApart)('a client on another host', () => {
  it('uploads the source to the store, once, and reads the outputs from there', async () => {
    const path = join(home.path, 'far away.flac');
    await copyFile(SPEECH, path);
    const options = { address: addressOf(up), store: join(home.path, 'store') };
    const written = await elsewhere(`
      const longhand = new Longhand(${JSON.stringify(options)});
      const transcription = await longhand.transcribe(${JSON.stringify(path)}, { formats: ['txt'] });
      const again = await longhand.transcribe(${JSON.stringify(path)}, { formats: ['txt'] });
      const paths = await transcription.download(${JSON.stringify(join(home.path, 'fetched'))});
      console.log(JSON.stringify([transcription.id, again.attached, paths, await transcription.read('txt')]));
      const refused = await longhand.transcribe(${JSON.stringify(path)}, { out: '/tmp' }).catch((error) => error.code);
      console.log(refused);
      await longhand.close();
    `);
    const [first = '', refused] = written.trim().split('\n');
    const [id, attached, paths, text] = JSON.parse(first) as [string, boolean, string[], string];
    expect(id).toMatch(/^far-away-/);
    expect(attached).toBe(true);
    expect(text).toContain('country');
    expect(paths).toEqual([join(home.path, 'fetched/far away.txt')]);
    expect(await readFile(paths[0] ?? '', 'utf8')).toBe(text);
    expect(refused).toBe('LH_OPTION_INVALID');

    const sha256 = createHash('sha256')
      .update(await readFile(SPEECH))
      .digest('hex');
    expect(await readdir(join(home.path, 'store/sources'))).toEqual([sha256]);
    // The same request, made here, is that one.
    await using longhand = new Longhand(options);
    expect(await longhand.transcribe(path, { formats: ['txt'] })).toMatchObject({ id, attached: true });
  });

  it('is refused without a store', async () => {
    const written = await elsewhere(`
      const longhand = new Longhand(${JSON.stringify({ address: addressOf(up) })});
      const error = await longhand.transcribe(${JSON.stringify(SPEECH)}).catch((error) => error);
      console.log(error.name, error.code);
      await longhand.close();
    `);
    expect(written).toBe('LonghandError LH_SOURCE_NOT_SHARED\n');
  });
});

describe('a server that does not answer', () => {
  /** Every call there is. */
  const calls: readonly (readonly [string, (longhand: Longhand) => Promise<unknown>])[] = [
    ['transcribe', (longhand) => longhand.transcribe(SPEECH)],
    ['result', (longhand) => longhand.get('x').result()],
    ['progress', (longhand) => longhand.get('x').progress()],
    ['cancel', (longhand) => longhand.get('x').cancel()],
    ['list', (longhand) => longhand.list().next()],
  ];

  it('is LH_SERVER_UNREACHABLE soon, whether nothing listens or what listens is silent', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    for (const address of [`127.0.0.1:${port}`, '127.0.0.1:1']) {
      await using longhand = new Longhand({ address });
      const started = performance.now();
      await Promise.all(
        calls.map(([name, call]) =>
          expect(call(longhand), name).rejects.toMatchObject({ code: 'LH_SERVER_UNREACHABLE' }),
        ),
      );
      expect(performance.now() - started).toBeLessThan(15_000);
    }
    for (const socket of sockets) socket.destroy();
    silent.close();
  }, 60_000);

  it('while a result is waited for is waited for, as is one that is killed under a follower', async () => {
    await using longhand = new Longhand({ address: addressOf(up), store: join(home.path, 'store') });
    const path = join(home.path, 'austen.flac');
    await copyFile(audio('en/librivox_austen.flac'), path);
    const transcription = await longhand.transcribe(path, { formats: ['txt'] });
    const result = transcription.result();
    const types: string[] = [];
    const followed = (async () => {
      for await (const { type } of transcription.follow({ interval: 50 })) types.push(type);
    })();
    kill(await findPart(home.path, 'server'));
    expect((await result).outputs).toHaveLength(1);
    await followed;
    expect(types.at(-1)).toBe('done');
    expect(types.filter((type) => type === 'section')).toHaveLength(1);
    expect(await transcription.read('txt')).toContain('Dashwood');
  }, 120_000);
});

describe('options that lead nowhere', () => {
  it.each([{ address: '' }, { address: 'http://localhost:7233' }, { namespace: ' ' }])(
    '%j are refused',
    (options) => {
      expect(() => new Longhand(options)).toThrow(expect.objectContaining({ code: 'LH_OPTION_INVALID' }));
    },
  );

  it('a namespace that the server lacks, and a store that is none', async () => {
    await using lost = new Longhand({ address: addressOf(up), namespace: 'nowhere' });
    await expect(lost.list().next()).rejects.toMatchObject({ code: 'LH_OPTION_INVALID' });
    await using strange = new Longhand({ address: addressOf(up), store: 'ftp://host/x' });
    await expect(strange.get('x').follow().next()).rejects.toMatchObject({ code: 'LH_OPTION_INVALID' });
  });
});
