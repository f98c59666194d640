import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFiles, shownPath } from '../../../client/cli/files/find-files.ts';
import { asOrdinaryUser } from '../../support/user.ts';

let root: string;
const path = (...names: string[]): string => join(root, ...names);

async function make(...files: string[]): Promise<void> {
  for (const file of files) {
    await mkdir(path(file, '..'), { recursive: true });
    await writeFile(path(file), 'x');
  }
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'longhand-test-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('findFiles', () => {
  it('gives media files by their extension, in the order of their paths, and counts all others', async () => {
    await make(
      'b/talk.MP3',
      'a/talk.mp3',
      'a.wav',
      'notes.txt',
      'a/.hidden.mp3',
      '.cache/talk.mp3',
      'a/no-extension',
    );
    expect(await findFiles([root], true)).toEqual({
      files: [
        { path: path('a.wav'), folder: '' },
        { path: path('a/talk.mp3'), folder: 'a' },
        { path: path('b/talk.MP3'), folder: 'b' },
      ],
      skipped: 4,
      failures: [],
    });
  });

  // Other systems refuse to write such a name.
  it.skipIf(process.platform !== 'linux')(
    'names what has a name that is no UTF-8, and finds the rest',
    async () => {
      await make('a.wav');
      const latin1 = (name: string): Buffer =>
        Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);
      await writeFile(latin1('café.wav'), 'x');
      await writeFile(latin1('café.txt'), 'x');
      await mkdir(latin1('été'));
      const { files, skipped, failures } = await findFiles([root], true);
      expect(files).toEqual([{ path: path('a.wav'), folder: '' }]);
      expect(skipped).toBe(1);
      expect(failures.map(({ error }) => error.code)).toEqual(['LH_SOURCE_NAME', 'LH_SOURCE_NAME']);
      expect(failures.map((failure) => failure.path).sort()).toEqual([
        path('caf\ufffd.wav'),
        path('\ufffdt\ufffd'),
      ]);
      await rm(latin1('café.wav'));
    },
  );

  it('takes a file that was named whatever its name, and once', async () => {
    await make('calls/.odd', 'calls/talk.mp3');
    const named = [path('calls/.odd'), path('calls/talk.mp3'), path('calls'), path('calls/../calls/.odd')];
    const { files } = await findFiles(named, true);
    expect(files).toEqual([
      { path: path('calls/.odd'), folder: '' },
      { path: path('calls/talk.mp3'), folder: '' },
    ]);
  });

  it('takes a URL and a secret as they are, once, and names one that is refused without its query', async () => {
    await make('calls/talk.mp3');
    const url = 'https://example.org/calls/talk.mp3';
    const signed = `${url}?token=hush`;
    const { files, failures } = await findFiles(
      [url, 'secret:TALK', `${url}#t=1`, signed, path('calls')],
      true,
    );
    expect(files).toEqual([
      { path: url, folder: '', remote: { uri: url, name: 'talk.mp3', sha256: null } },
      { path: 'secret:TALK', folder: '', remote: { uri: 'secret:TALK', name: 'talk', sha256: null } },
      { path: path('calls/talk.mp3'), folder: '' },
    ]);
    expect(files.map(shownPath)).toEqual([url, 'secret:TALK', path('calls/talk.mp3')]);
    expect(failures).toMatchObject([{ path: `${url}?…`, error: { code: 'LH_SOURCE_READABLE' } }]);
  });

  it('leaves a folder to be refused where it was not to look into it', async () => {
    await make('calls/talk.mp3');
    expect((await findFiles([path('calls')], false)).files).toEqual([{ path: path('calls'), folder: '' }]);
  });

  it('follows links, reads each folder once, and knows it by its own path', async () => {
    await make('z/talk.mp3', 'elsewhere.mp3');
    await mkdir(path('a'));
    await symlink(path('z'), path('a/link-to-z'));
    await symlink(root, path('z/loop'));
    await symlink(path('itself'), path('itself'));
    await symlink(path('elsewhere.mp3'), path('a/link.mp3'));
    const { files, skipped } = await findFiles([root], true);
    expect(files.map((file) => file.path)).toEqual([
      path('a/link.mp3'),
      path('elsewhere.mp3'),
      path('z/talk.mp3'),
    ]);
    expect(skipped).toBe(1);
  });

  it('looks into a folder that only a link leads to', async () => {
    await make('outside/talk.mp3', 'calls/first.mp3');
    await symlink(path('outside'), path('calls/more'));
    const { files } = await findFiles([path('calls')], true);
    expect(files).toEqual([
      { path: path('calls/first.mp3'), folder: '' },
      { path: path('calls/more/talk.mp3'), folder: 'more' },
    ]);
  });

  it('gives a link that leads nowhere as a file, which is missing then', async () => {
    await symlink(path('gone'), path('talk.mp3'));
    expect((await findFiles([root], true)).files).toEqual([{ path: path('talk.mp3'), folder: '' }]);
  });

  it('names a folder that may not be read, and reads the others', async () => {
    await make('a/talk.mp3', 'b/talk.mp3');
    await chmod(root, 0o755);
    await mkdir(path('b/closed'), { mode: 0o000 });
    const { files, failures } = await asOrdinaryUser(() => findFiles([root], true));
    expect(files.map((file) => file.path)).toEqual([path('a/talk.mp3'), path('b/talk.mp3')]);
    expect(failures).toMatchObject([{ path: path('b/closed'), error: { code: 'LH_SOURCE_FORBIDDEN' } }]);
  });
});
