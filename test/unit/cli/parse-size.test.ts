import { expect, it } from 'vitest';
import { parseSize } from '../../../client/cli/flags.ts';

it.each([
  ['800MB', 800e6],
  ['2GB', 2e9],
  ['1.5 gb', 1.5e9],
])('reads %s', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

it.each(['', '2', 'GB', '0GB', '-1GB', '2GiB', '1e3MB'])('refuses %j', (text) => {
  expect(() => parseSize(text)).toThrow('Expected a size as 800MB or 2GB');
});
