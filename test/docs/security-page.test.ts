/** Each promise of the page on security names a test that is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/root.ts';

const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
const promises = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) => line.split('|')[1]?.trim() ?? '');

describe('docs/security.md', () => {
  it('has promises', () => {
    expect(promises.length).toBeGreaterThan(0);
  });

  it.each(promises)('names a test that is there: %s', (promise) => {
    const line = page.split('\n').find((row) => row.startsWith(`| ${promise} `)) ?? '';
    const [, file = '', title = ''] = /\| `(test\/[^`]+\.test\.ts)`: (.+?) +\|$/.exec(line) ?? [];
    expect(file, 'Expected `file`: title of a test').not.toBe('');
    expect(existsSync(join(ROOT, file)), file).toBe(true);
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(`'${title}`);
  });
});
