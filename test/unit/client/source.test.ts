import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFile, fileSource, sourcePath } from '../../../client/source.ts';
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

  it('ends with the reason of its signal, in the midst of the bytes', async () => {
    await writeFile(at('big.wav'), Buffer.alloc(64 * 1024 * 1024));
    const controller = new AbortController();
    const reason = new Error('closed');
    const naming = fileSource(at('big.wav'), controller.signal);
    setImmediate(() => controller.abort(reason));
    await expect(naming).rejects.toBe(reason);
  });

  it('refuses what is not there', async () => {
    await writeFile(at('file'), 'x');
    for (const path of [at('none.mp3'), at('file/below.mp3')]) {
      await expect(fileSource(path)).rejects.toMatchObject({ code: 'LH_SOURCE_MISSING' });
    }
  });

  it('refuses a name that is no UTF-8, as it came from a terminal or a program', async () => {
    await expect(fileSource(at('caf\ufffd.mp3'))).rejects.toMatchObject({ code: 'LH_SOURCE_NAME' });
    expect(() => sourcePath('caf\ud800.mp3')).toThrow(expect.objectContaining({ code: 'LH_SOURCE_NAME' }));
    await writeFile(at('real\ufffd.mp3'), 'bytes');
    expect((await fileSource(at('real\ufffd.mp3'))).name).toBe('real\ufffd.mp3');
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

describe('sourcePath', () => {
  it.each([
    ['a path', 'calls/a.mp3', resolve('calls/a.mp3')],
    ['a path with a colon', 'calls/12:30.mp3', resolve('calls/12:30.mp3')],
    ['a file: URI', 'file:///a/50%25.mp3', '/a/50%.mp3'],
    ['a URL', new URL('file:///a/b.mp3'), '/a/b.mp3'],
  ])('takes %s', (_, source, path) => {
    expect(sourcePath(source)).toBe(path);
  });

  it.each([
    'https://example.org/a.mp3',
    's3://bucket/a.mp3',
    'file://host/a.mp3',
    new URL('http://example.org'),
  ])('refuses %s', (source) => {
    expect(() => sourcePath(source)).toThrow(expect.objectContaining({ code: 'LH_SOURCE_SCHEME' }));
  });
});

describe('checkFile', () => {
  it('gives the bytes of a file without reading them', async () => {
    await writeFile(at('whole.wav'), 'four');
    expect(await checkFile(at('whole.wav'))).toBe(4);
  });
});
