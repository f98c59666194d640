import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTarGz } from '../../../models/cache/tar.ts';
import { openZip } from '../../../models/cache/zip.ts';

/** Bytes that do not pack, text that does, and nothing. */
const CONTENTS: Record<string, Buffer> = {
  'noise.bin': randomBytes(700_001),
  'folder/text.txt': Buffer.from('mit anderen Worten: größer\n'.repeat(50_000)),
  'folder/empty': Buffer.alloc(0),
  [`${'deep/'.repeat(25)}name.txt`]: Buffer.from('far down'),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-archives-'));
  for (const [name, content] of Object.entries(CONTENTS)) {
    await mkdir(join(folder, 'in', name, '..'), { recursive: true });
    await writeFile(join(folder, 'in', name), content);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

const PACK = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', int(sys.argv[2])) as z:
    for name in sys.argv[3:]: z.write(name)
    z.comment = b'a comment behind the directory'
`;

function zipped(name: string, method: 0 | 8): string {
  const path = join(folder, name);
  execFileSync('python3', ['-c', PACK, path, String(method), ...Object.keys(CONTENTS)], {
    cwd: join(folder, 'in'),
  });
  return path;
}

describe('openZip', { timeout: 20_000 }, () => {
  test.each([0, 8] as const)('reads members packed by method %i', async (method) => {
    await using zip = await openZip(zipped(`${method}.zip`, method));
    expect([...zip.names].sort()).toEqual(Object.keys(CONTENTS).sort());
    for (const [name, content] of Object.entries(CONTENTS)) {
      expect((await bytesOf(zip.read(name))).equals(content)).toBe(true);
    }
    await expect(bytesOf(zip.read('absent'))).rejects.toThrow('holds no absent');
  });

  test('refuses what is no zip, and a cut one', async () => {
    await expect(openZip(join(folder, 'in', 'noise.bin'))).rejects.toThrow('not a zip archive');
    await expect(openZip(join(folder, 'in', 'folder', 'empty'))).rejects.toThrow('not a zip archive');
    const path = zipped('cut.zip', 8);
    await truncate(path, 600_000);
    await expect(openZip(path)).rejects.toThrow('not a zip archive');
  });

  test('throws where the packed bytes are damaged', async () => {
    const path = zipped('damaged.zip', 8);
    const bytes = await readFile(path);
    const text = bytes.indexOf('folder/text.txt');
    bytes.fill(0xff, text + 40, text + 400);
    await writeFile(path, bytes);
    await using zip = await openZip(path);
    await expect(bytesOf(zip.read('folder/text.txt'))).rejects.toThrow();
  });
});

describe('readTarGz', { timeout: 20_000 }, () => {
  const names = Object.keys(CONTENTS);
  const packed = (format: string, members = names) => {
    const path = join(folder, `${format}.tgz`);
    execFileSync('tar', ['czf', path, `--format=${format}`, ...members], {
      cwd: join(folder, 'in'),
    });
    return path;
  };

  // In the pax format each member has an extended header before it.
  test.each([
    ['ustar', names],
    ['pax', names.filter((name) => name.length <= 100)],
  ])('reads files of the %s format', async (format, members) => {
    const seen: Record<string, boolean> = {};
    for await (const { name, content } of readTarGz(createReadStream(packed(format, members)))) {
      seen[name] = (await bytesOf(content)).equals(CONTENTS[name] ?? Buffer.from('?'));
    }
    expect(seen).toEqual(Object.fromEntries(members.map((name) => [name, true])));
  });

  test('passes over files that nobody reads, and files read in part', async () => {
    const seen: string[] = [];
    for await (const { name, content } of readTarGz(createReadStream(packed('ustar')))) {
      seen.push(name);
      for await (const part of content) if (part.length > 0) break;
    }
    expect(seen).toEqual(names);
  });

  test('throws where the archive is cut, or none', async () => {
    const path = packed('ustar');
    await truncate(path, 300_000);
    const all = async (file: string) => {
      for await (const { content } of readTarGz(createReadStream(file))) await bytesOf(content);
    };
    await expect(all(path)).rejects.toThrow();
    await expect(all(join(folder, 'in', 'noise.bin'))).rejects.toThrow();
  });
});
