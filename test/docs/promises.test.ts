/** Each promise of the pages on security and reliability names a test that is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/root.ts';

describe.each(['docs/security.md', 'docs/reliability.md'])('%s', (name) => {
  const rows = readFileSync(join(ROOT, name), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((row) => ({ row, promise: row.split('|')[1]?.trim() ?? '' }));

  it('has promises', () => {
    expect(rows.length).toBeGreaterThan(0);
  });

  it.each(rows)('names a test that is there: $promise', ({ row }) => {
    const [, file = '', title = ''] = /\| `(test\/[^`]+\.test\.ts)`: (.+?) +\|$/.exec(row) ?? [];
    expect(file, 'Expected `file`: title of a test').not.toBe('');
    expect(existsSync(join(ROOT, file)), file).toBe(true);
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(`'${title}`);
  });
});
