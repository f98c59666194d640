import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from '../../../workflows/errors.ts';
import { testHome } from '../../support/home.ts';
import { longhand } from '../../support/longhand.ts';
import { expectNothingLeft } from './command.ts';

const SUBJECTS = ['machine', 'home', 'server', 'ffmpeg', 'weights'];

describe('doctor', { timeout: 60_000 }, () => {
  it('finds all that is needed', async () => {
    await using home = await testHome();
    const { status, stdout, stderr } = await longhand(home.path, ['doctor']).outcome;
    expect(status, stdout + stderr).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/ +/).slice(0, 2)),
    ).toEqual(SUBJECTS.map((subject) => ['ok', subject]));
    await expectNothingLeft(home.path);
  });

  it('says of each thing that fails its code, and looks at the others', async () => {
    await using home = await testHome();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const args = ['doctor', '--address', `127.0.0.1:${port}`];
    const { status, stdout, stderr } = await longhand(home.path, args).outcome;
    expectFailure(stdout, 'server', 'LH_SERVER_UNREACHABLE');
    expect(stdout).toMatch(/^ok +weights/m);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(ERRORS.LH_SERVER_UNREACHABLE.exit);
  });

  it('refuses a server that is not Temporal', async () => {
    await using home = await testHome();
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { status, stdout } = await longhand(home.path, ['doctor', '--address', `127.0.0.1:${port}`])
      .outcome;
    server.close();
    expectFailure(stdout, 'server', 'LH_SERVER_UNREACHABLE');
    expect(status).toBe(ERRORS.LH_SERVER_UNREACHABLE.exit);
  });

  it('says that a home may not be written', async () => {
    await using home = await testHome();
    const file = join(home.path, 'file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'home')]) {
      const { status, stdout } = await longhand(path, ['doctor']).outcome;
      expectFailure(stdout, 'home', 'LH_NOT_WRITABLE');
      expect(status).toBe(ERRORS.LH_NOT_WRITABLE.exit);
    }
    await rm(file);
  });
});

function expectFailure(stdout: string, subject: string, code: ErrorCode): void {
  expect(stdout).toMatch(new RegExp(`^failed +${subject} +${code}: .{20}`, 'm'));
}
