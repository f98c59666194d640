import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSource } from '../../../client/source.ts';
import { asOrdinaryUser } from '../../support/user.ts';

let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-source-'));
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('fileSource', () => {
  it('names a file by its URI, name and hash, also through a link', async () => {
    await writeFile(at('talk 50%#1.mp3'), 'bytes');
    await symlink(at('talk 50%#1.mp3'), at('link.mp3'));
    const sha256 = createHash('sha256').update('bytes').digest('hex');
    expect(await fileSource(at('talk 50%#1.mp3'))).toEqual({
      uri: pathToFileURL(at('talk 50%#1.mp3')).href,
      name: 'talk 50%#1.mp3',
      sha256,
    });
    expect(await fileSource(at('link.mp3'))).toMatchObject({ name: 'link.mp3', sha256 });
  });

  it('refuses what is not there', async () => {
    await writeFile(at('file'), 'x');
    for (const path of [at('none.mp3'), at('file/below.mp3')]) {
      await expect(fileSource(path)).rejects.toMatchObject({ code: 'LH_SOURCE_MISSING' });
    }
  });

  it('refuses a folder', async () => {
    await expect(fileSource(folder)).rejects.toMatchObject({ code: 'LH_SOURCE_NOT_FILE' });
  });

  it('refuses a pipe without waiting for a writer', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    await expect(fileSource(at('pipe'))).rejects.toMatchObject({ code: 'LH_SOURCE_NOT_FILE' });
  });

  it('refuses a file of zero bytes', async () => {
    await writeFile(at('empty.wav'), '');
    await expect(fileSource(at('empty.wav'))).rejects.toMatchObject({ code: 'LH_SOURCE_EMPTY' });
  });

  it('refuses a file that this user may not read', async () => {
    await writeFile(at('secret.wav'), 'x', { mode: 0o000 });
    await expect(asOrdinaryUser(() => fileSource(at('secret.wav')))).rejects.toMatchObject({
      code: 'LH_SOURCE_FORBIDDEN',
      message: expect.stringContaining(at('secret.wav')) as string,
    });
  });

  it('refuses names that cannot be a file', async () => {
    await symlink(at('circle'), at('circle'));
    for (const path of [at('x'.repeat(300)), at('circle')]) {
      await expect(fileSource(path)).rejects.toMatchObject({ code: 'LH_SOURCE_MISSING' });
    }
  });
});
