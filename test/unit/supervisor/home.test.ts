import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAddress, removeAddress, writeAddress } from '../../../workers/supervisor/address-file.ts';
import { databaseFile, setAsideUnlessDatabase } from '../../../workers/supervisor/database.ts';
import { demandPort, preferPort } from '../../../workers/supervisor/ports.ts';
import { demandHome } from '../../../workers/supervisor/room.ts';
import { freePort } from '../../support/ports.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'longhand-test-'));
});
afterEach(() => rm(home, { recursive: true }));

describe('the address', () => {
  it('is read as written, by its user alone', async () => {
    const address = { port: 7, token: 'word', pid: 1 };
    await writeAddress(home, address);
    expect(await readAddress(home)).toEqual(address);
    expect((await stat(join(home, 'supervisor', 'address.json'))).mode & 0o077).toBe(0);
    await removeAddress(home);
    expect(await readAddress(home)).toBeNull();
  });

  it.each(['', '{', 'null', '7', '{"port":0,"token":"x"}', '{"port":70000,"token":"x"}', '{"port":7}'])(
    'is none in %j',
    async (text) => {
      await mkdir(join(home, 'supervisor'));
      await writeFile(join(home, 'supervisor', 'address.json'), text);
      expect(await readAddress(home)).toBeNull();
    },
  );
});

describe('the database', () => {
  it.each(['', 'SQLite format 3\0 and more'])('stays where it is with %j', async (text) => {
    const file = await databaseFile(home);
    expect(await setAsideUnlessDatabase(file)).toBeNull();
    await writeFile(file, text);
    expect(await setAsideUnlessDatabase(file)).toBeNull();
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it.each(['words', 'SQLite format 2\0 and more'])('is set aside, whole, with %j', async (text) => {
    const file = await databaseFile(home);
    await writeFile(file, text);
    const aside = await setAsideUnlessDatabase(file);
    expect(await readFile(String(aside), 'utf8')).toBe(text);
    expect(await readdir(join(home, 'temporal'))).toHaveLength(1);
  });
});

describe('a port', () => {
  it('in use is passed over, or refused where it was demanded', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect(await preferPort(port)).not.toBe(port);
    await expect(demandPort(port)).rejects.toMatchObject({ code: 'LH_PORT_BUSY' });
    server.close();
    await once(server, 'close');
    expect(await preferPort(port)).toBe(port);
    expect(await demandPort(port)).toBe(port);
  });
});

describe('a home', () => {
  it('is made, and left as it was', async () => {
    await demandHome(join(home, 'deep', 'home'));
    expect(await readdir(join(home, 'deep', 'home'))).toEqual([]);
  });

  it('under a file is refused', async () => {
    await writeFile(join(home, 'file'), '');
    for (const path of ['file', 'file/home']) {
      await expect(demandHome(join(home, path))).rejects.toMatchObject({ code: 'LH_NOT_WRITABLE' });
    }
  });
});
