import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  diskTrouble,
  ERRORS,
  EXIT,
  isErrorCode,
  isTriedAgain,
  LonghandError,
  systemCode,
} from '../../../workflows/errors.ts';
import { ROOT } from '../../support/root.ts';

/** Codes in the source: strings, not mentions in comments. */
function codesInSource(): Set<string> {
  const codes = new Set<string>();
  for (const folder of ['activities', 'client', 'models', 'workers', 'workflows']) {
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name === 'errors.ts') continue;
      const source = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      for (const [, code] of source.matchAll(/['"](LH_[A-Z_]+)['"]/g)) if (code) codes.add(code);
    }
  }
  return codes;
}

describe('the error table', () => {
  it('holds exactly the codes that the source uses', () => {
    expect([...codesInSource()].sort()).toEqual(Object.keys(ERRORS).sort());
  });

  it('gives every code one sentence and an exit status of its own kind', () => {
    for (const { meaning, exit } of Object.values(ERRORS)) {
      expect(meaning).toMatch(/^[a-zA-Z][^.]*\.$/);
      expect(Object.values(EXIT)).toContain(exit);
      expect(exit).not.toBe(EXIT.ok);
    }
  });

  it('knows its codes, and not what every object has', () => {
    expect(isErrorCode('LH_DISK_FULL')).toBe(true);
    for (const other of ['toString', 'LH_', '', undefined, 1]) expect(isErrorCode(other)).toBe(false);
  });
});

describe('another attempt', () => {
  it.each([
    ['LH_SERVER_UNREACHABLE', [1, 4, 5, 1000]],
    ['LH_DISK_FULL', [1, 4]],
    ['LH_OUT_OF_MEMORY', []],
    ['LH_OPTION_INVALID', []],
  ] as const)('at %s is made behind the attempts %j of 1, 4, 5, 1000', (code, attempts) => {
    expect([1, 4, 5, 1000].filter((attempt) => isTriedAgain(code, attempt))).toEqual(attempts);
  });
});

describe('LonghandError', () => {
  it('keeps code, details and cause', () => {
    const cause = new Error('EIO');
    const error = new LonghandError('LH_DISK_FULL', 'Expected room', { cause, details: { path: 'x' } });
    expect(error).toMatchObject({
      name: 'LonghandError',
      code: 'LH_DISK_FULL',
      details: { path: 'x' },
      cause,
    });
    expect('cause' in new LonghandError('LH_DISK_FULL', 'Expected room')).toBe(false);
  });
});

describe('a failed call', () => {
  it.each([
    [{ code: 'ENOSPC' }, 'full'],
    [{ code: 'EROFS' }, 'forbidden'],
    [{ code: 'EISDIR' }, 'occupied'],
    [{ code: 'ENOENT' }, null],
    [{ code: 28 }, null],
    [new Error('ENOSPC'), null],
    [undefined, null],
  ])('%j says of its disk: %s', (error, trouble) => {
    expect(diskTrouble(error)).toBe(trouble);
  });

  it('has the system’s code, or none', () => {
    expect([{ code: 'ENOENT' }, { code: 2 }, 'ENOENT', null].map(systemCode)).toEqual(['ENOENT', '', '', '']);
  });
});
