import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifiedBytes } from '../../../activities/store/local-file.ts';
import { failed } from './contract.ts';

const MIB = Buffer.alloc(1024 * 1024, 'x');
/** Pieces after which a reader without a bound is let go. */
const MOST = 8;

let base = '';
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'longhand-local-file-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('the verified bytes of a file', () => {
  it('are all of it', async () => {
    const path = join(base, 'still');
    const bytes = Buffer.concat([MIB, MIB, Buffer.from('end')]);
    await writeFile(path, bytes);
    const pieces: Buffer[] = [];
    for await (const piece of verifiedBytes(path, sha256(bytes))) pieces.push(piece);
    expect(bytes.equals(Buffer.concat(pieces))).toBe(true);
  });

  it('are no more than it had when it was opened, however fast it grows', async () => {
    const path = join(base, 'growing');
    await writeFile(path, MIB);
    let pieces = 0;
    const reading = (async () => {
      for await (const piece of verifiedBytes(path, sha256(MIB))) {
        if (++pieces < MOST) await appendFile(path, piece);
      }
    })();
    await expect(reading).rejects.toEqual(failed('LH_SOURCE_CHANGED', /1048576 bytes .*it grew/));
    expect(pieces).toBe(1);
  });
});
