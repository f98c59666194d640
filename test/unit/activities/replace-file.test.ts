import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFile } from '../../../activities/publish/replace-file.ts';
import { asOrdinaryUser } from '../../support/user.ts';

const JOB = 'talk-0123456789abcdef.0192aaaa-bbbb-cccc-dddd-eeeeffff0000';
const program = (name: string) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

describe('replaceFile', () => {
  let folder = '';
  let written = '';
  let out = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longhand-replace-'));
    written = join(folder, 'written');
    out = join(folder, 'out');
    await mkdir(out);
    await writeFile(written, 'new text');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Puts a copy beside `target`, in a process that is killed before it renames it. */
  async function killedBeforeRename(target: string): Promise<void> {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', program('killed-before-rename'), written, target, JOB],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  it('puts the file in its place, over an older one, and leaves nothing beside it', async () => {
    for (const name of ['new.txt', 'old.txt']) {
      if (name === 'old.txt') await writeFile(join(out, name), 'a much longer older text');
      await replaceFile(written, join(out, name), JOB);
      expect(await readFile(join(out, name), 'utf8')).toBe('new text');
    }
    expect((await readdir(out)).sort()).toEqual(['new.txt', 'old.txt']);
    expect(await readFile(written, 'utf8')).toBe('new text');
  });

  it('writes the longest name that a file may have', async () => {
    const name = `${'x'.repeat(251)}.txt`;
    await replaceFile(written, join(out, name), JOB);
    expect(await readdir(out)).toEqual([name]);
  });

  it('follows no link that stands where its copy goes', async () => {
    const target = join(out, 'talk.txt');
    const precious = join(folder, 'precious');
    await writeFile(precious, 'precious');
    // The name of the copy is told by one that stops before its rename.
    await killedBeforeRename(target);
    const [copy = ''] = await readdir(out);
    await rm(join(out, copy));
    await symlink(precious, join(out, copy));
    await replaceFile(written, target, JOB);
    expect(await readFile(precious, 'utf8')).toBe('precious');
    expect(await readFile(target, 'utf8')).toBe('new text');
    expect(await readdir(out)).toEqual(['talk.txt']);
  });

  it('shows readers the old text or the new one, never a part', async () => {
    const target = join(out, 'talk.txt');
    const [old, fresh] = ['o'.repeat(2_000_000), 'n'.repeat(2_000_000)];
    await writeFile(target, old);
    await writeFile(written, fresh);
    let done = false;
    const replaced = replaceFile(written, target, JOB).finally(() => (done = true));
    const seen = new Set<string>();
    while (!done) seen.add(await readFile(target, 'utf8'));
    await replaced;
    seen.add(await readFile(target, 'utf8'));
    expect([...seen].every((text) => text === old || text === fresh)).toBe(true);
    expect(seen.has(fresh)).toBe(true);
  });

  it('leaves nothing and keeps the old file when the disk is full', async () => {
    await writeFile(written, 'n'.repeat(100_000));
    await writeFile(join(out, 'talk.txt'), 'old text');
    // A limit on the size of files stops the copy in its middle as a full disk does.
    const limited = `ulimit -f 16; trap '' XFSZ; exec "$0" "$@"`;
    const node = [process.execPath, '--import', 'tsx', program('replace-and-tell')];
    const code = execFileSync('bash', ['-c', limited, ...node, written, join(out, 'talk.txt'), JOB], {
      encoding: 'utf8',
      timeout: 8000,
    });
    expect(code).toBe('LH_DISK_FULL');
    expect(await readdir(out)).toEqual(['talk.txt']);
    expect(await readFile(join(out, 'talk.txt'), 'utf8')).toBe('old text');
  });

  it('refuses a folder that may not be written', async () => {
    await Promise.all([chmod(folder, 0o755), chmod(out, 0o555)]);
    const replaced = asOrdinaryUser(() => replaceFile(written, join(out, 'talk.txt'), JOB));
    await expect(replaced).rejects.toMatchObject({ code: 'LH_NOT_WRITABLE' });
    expect(await readdir(out)).toEqual([]);
  });

  it('takes over what an attempt left that was killed between copy and rename', async () => {
    const target = join(out, 'talk.txt');
    await killedBeforeRename(target);
    expect(await readdir(out)).toHaveLength(1);

    await replaceFile(written, target, JOB);
    expect(await readdir(out)).toEqual(['talk.txt']);
    expect(await readFile(target, 'utf8')).toBe('new text');
  });
});
