import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../../workflows/errors.ts';
import { testHome } from '../../support/home.ts';
import { longAudio } from '../../support/long-audio.ts';
import { longhand } from '../../support/longhand.ts';
import { madeDriver } from '../../support/made-driver.ts';
import { CLOSED, freePort } from '../../support/ports.ts';
import { until } from '../../support/until.ts';
import { standing } from '../../support/up.ts';
import { audio, committed, expectNothingLeft, expectRefusal, interrupt } from './command.ts';
import { canMount, mountAt } from './small-disk.ts';

const LIMIT = 180_000;
const FILES = ['jfk.json', 'jfk.srt', 'jfk.tsv', 'jfk.txt', 'jfk.vtt'];
const WORDS = 'ask not what your country can do for you';
const jfk = audio('en/jfk.flac');
const MOUNTS = canMount();

// Side by side: each waits ten seconds for an answer, and computes nothing.
describe.concurrent('a Temporal server that', { timeout: LIMIT }, () => {
  it('is not there is said to be', async () => {
    await using home = await testHome();
    const args = ['transcribe', jfk, '--address', CLOSED];
    expectRefusal(await longhand(home.path, args).outcome, 'LH_SERVER_UNREACHABLE');
    await expectNothingLeft(home.path);
  });

  it.each([
    ['hangs up', createServer((socket) => socket.destroy())],
    ['says nothing', createServer(() => undefined)],
    ['speaks HTTP', createHttpServer((_, response) => response.end('hello'))],
  ])('%s is said to be none', async (_, server) => {
    await using home = await testHome();
    const other = await listening(server);
    const args = ['transcribe', jfk, '--address', other.address];
    expectRefusal(await longhand(home.path, args).outcome, 'LH_SERVER_UNREACHABLE');
    other.close();
    await expectNothingLeft(home.path);
  });
});

describe('a gpu worker with a limit of memory', { timeout: LIMIT }, () => {
  it('does not start where its model does not fit', async () => {
    await using home = await testHome();
    const args = ['worker', 'gpu', '--memory', '600MB', '--address', CLOSED];
    const { status, stderr } = await longhand(home.path, args).outcome;
    expect(stderr).toMatch(/^LH_OUT_OF_MEMORY: Expected \d+ MB of memory to load the model/m);
    expect(status).toBe(ERRORS.LH_OUT_OF_MEMORY.exit);
    await expectNothingLeft(home.path);
  });

  it('ends `up`, which hands the limit on', async () => {
    await using home = await testHome();
    const { status, stderr } = await longhand(home.path, ['up', '--memory', '600MB']).outcome;
    expect(stderr).toMatch(/^LH_OUT_OF_MEMORY: Expected \d+ MB of memory to load the model/m);
    expect(status).toBe(ERRORS.LH_OUT_OF_MEMORY.exit);
    await expectNothingLeft(home.path);
  });

  it.each([
    ['media', '--memory', '2GB'],
    ['gpu', '--memory', '2GB', '--device', 'cuda:0'],
  ])('is the only one that has it: not %s %s %s %s %s', async (...args) => {
    await using home = await testHome();
    const env = await madeDriver(home.path);
    const outcome = await longhand(home.path, ['worker', ...args, '--address', CLOSED], env).outcome;
    expectRefusal(outcome, 'LH_OPTION_INVALID');
  });
});

describe('a port in use', { timeout: LIMIT }, () => {
  it('is refused where it was asked for', async () => {
    await using home = await testHome();
    const other = await listening(createServer());
    const args = ['up', '--port', String(other.port)];
    expectRefusal(await longhand(home.path, args).outcome, 'LH_PORT_BUSY');
    other.close();
    await expectNothingLeft(home.path);
  });

  it('is avoided where it was not', async () => {
    await using home = await testHome();
    const others = await Promise.all(
      [7233, 8233].map((port) => listening(createServer(), port).catch(() => null)),
    );
    const { status, stdout, stderr } = await longhand(home.path, ['transcribe', jfk]).outcome;
    for (const other of others) other?.close();
    expect(status, stderr).toBe(0);
    expect(stdout.replaceAll('\n', ' ')).toContain(WORDS);
    await expectNothingLeft(home.path);
  });
});

describe('a database that', { timeout: LIMIT }, () => {
  it.each<[string, (file: string) => Promise<void>]>([
    ['is none', (file) => writeFile(file, 'This is no database, but the words of a user.\n')],
    ['has another schema', (file) => sql(file, 'CREATE TABLE notes (text TEXT)')],
    [
      'is of another version',
      (file) =>
        sql(
          file,
          'CREATE TABLE schema_version (version_partition INT, db_name TEXT, creation_time DATETIME, ' +
            'curr_version TEXT, min_compatible_version TEXT, PRIMARY KEY (version_partition, db_name))',
        ),
    ],
  ])('%s is moved aside, and the command goes on', async (_, write) => {
    await using home = await testHome();
    const folder = join(home.path, 'temporal');
    await mkdir(folder);
    await write(join(folder, 'longhand.db'));
    const { status, stdout, stderr } = await longhand(home.path, ['transcribe', jfk]).outcome;
    expect(status, stderr).toBe(0);
    expect(stdout.replaceAll('\n', ' ')).toContain(WORDS);
    expect(stderr).toContain('longhand.db.set-aside-');
    const names = await readdir(folder);
    expect(names.filter((name) => /set-aside-[^-]*-[^-]*-[^-]*$/.test(name))).toHaveLength(1);
    await expectNothingLeft(home.path);
  });
});

describe.skipIf(!MOUNTS)('a full disk', { timeout: LIMIT }, () => {
  it('under the store ends the command, and with room it goes on', async () => {
    await using home = await testHome();
    await using disk = await mountAt(join(home.path, 'store'), '200k');
    const out = join(home.path, 'out');
    const args = ['transcribe', jfk, '--out', out];
    expectRefusal(await longhand(home.path, args).outcome, 'LH_DISK_FULL');
    await expectNothingLeft(home.path);
    expect(await readdir(out).catch(() => [])).toEqual([]);
    disk.resize('50m');
    const { status, stderr } = await longhand(home.path, args).outcome;
    expect(status, stderr).toBe(0);
    expect((await readdir(out)).sort()).toEqual(FILES);
  });

  it('under the outputs ends the command without half of one', async () => {
    await using home = await testHome();
    const out = join(home.path, 'out');
    await using disk = await mountAt(out, '4k');
    await writeFile(join(out, 'filler'), Buffer.alloc(4096));
    const args = ['transcribe', jfk, '--out', out];
    expectRefusal(await longhand(home.path, args).outcome, 'LH_DISK_FULL');
    expect(await readdir(out)).toEqual(['filler']);
    disk.resize('1m');
    const { status, stderr } = await longhand(home.path, args).outcome;
    expect(status, stderr).toBe(0);
    expect((await readdir(out)).sort()).toEqual(['filler', ...FILES]);
  });

  it('under the home is refused at the start', async () => {
    await using home = await testHome();
    const full = join(home.path, 'home');
    const disk = await mountAt(full, '1m');
    try {
      expectRefusal(await longhand(full, ['transcribe', jfk]).outcome, 'LH_DISK_FULL');
      await expectNothingLeft(full);
    } finally {
      await disk[Symbol.asyncDispose]();
    }
  });

  it('under the home in the middle ends the command, and with room it goes on', async () => {
    await using outer = await testHome();
    const home = join(outer.path, 'home');
    await using disk = await mountAt(home, '100m');
    for (const folder of ['models', 'graphs', 'tools']) {
      await symlink(join(outer.path, folder), join(home, folder));
    }
    // More chunks than the engines take at once: some are left when the first are committed.
    const long = await longAudio(9);
    const command = longhand(home, ['transcribe', long]);
    await committed(home, 2);
    const filler = join(home, 'filler');
    await writeFile(filler, Buffer.alloc(200_000_000)).catch(() => undefined);
    expectRefusal(await command.outcome, 'LH_DISK_FULL');
    await until(
      async () => !(await readdir(join(home, 'supervisor'))).includes('address.json'),
      'Expected an end',
    );
    await expectNothingLeft(home);
    disk.resize('300m');
    const { status, stdout, stderr } = await longhand(home, ['transcribe', long]).outcome;
    expect(status, stderr).toBe(0);
    expect(stdout.replaceAll('\n', ' ')).toContain(WORDS);
    await expectNothingLeft(home);
    await rm(join(long, '..'), { recursive: true });
  });
});

describe('a home that may not be written', { timeout: LIMIT }, () => {
  it('is refused', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'longhand-test-')), 'file');
    await writeFile(file, '');
    for (const home of [file, join(file, 'home')]) {
      expectRefusal(await longhand(home, ['transcribe', jfk]).outcome, 'LH_NOT_WRITABLE');
      expectRefusal(await longhand(home, ['up']).outcome, 'LH_NOT_WRITABLE');
    }
    await rm(join(file, '..'), { recursive: true });
  });

  it.skipIf(process.platform !== 'linux')('is refused where it exists', async () => {
    // Not even root may make a folder there.
    expectRefusal(await longhand('/sys', ['transcribe', jfk]).outcome, 'LH_NOT_WRITABLE');
  });
});

describe('weights that no source delivers', { timeout: LIMIT }, () => {
  it('are named, with what was tried and how to supply them by hand', async () => {
    await using home = await testHome();
    await rm(join(home.path, 'models'));
    const nowhere = `http://${CLOSED}`;
    const env = { LONGHAND_MODELS: '', HF_ENDPOINT: nowhere, PIP_INDEX_URL: nowhere, PIP_RETRIES: '0' };
    const outcome = await longhand(home.path, ['transcribe', jfk], env).outcome;
    const last = outcome.stderr.trim().split('\n').at(-1) ?? '';
    for (const word of ['model hub', 'pip', 'LONGHAND_MODELS', 'model.bin']) expect(last).toContain(word);
    expectRefusal(outcome, 'LH_FETCH_FAILED');
    await expectNothingLeft(home.path);

    const doctor = await longhand(home.path, ['doctor'], env).outcome;
    expect(doctor.status).toBe(5);
    expect(doctor.stdout).toMatch(/^failed +models +LH_FETCH_FAILED: .*LONGHAND_MODELS/m);
  });
});

describe('up', { timeout: LIMIT }, () => {
  it('uses the port that was asked for, and ends with status 0', async () => {
    await using home = await testHome();
    const port = await freePort();
    const address = `127.0.0.1:${port}`;
    const up = await standing(home.path, ['--port', String(port)]);
    expect(up.stderr()).toContain(`Temporal server at ${address}`);
    const store = join(home.path, 'store');
    expect(up.stderr()).toContain(`\nexport LONGHAND_ADDRESS=${address} LONGHAND_STORE=${store}\n`);
    expect((await interrupt(up)).status).toBe(0);
    await expectNothingLeft(home.path);
  });
});

async function listening(server: Server, port = 0) {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${taken}`, port: taken, close: () => server.close() };
}

function sql(file: string, statement: string): Promise<void> {
  const program = 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])';
  execFileSync('python3', ['-c', program, file, statement]);
  return Promise.resolve();
}
