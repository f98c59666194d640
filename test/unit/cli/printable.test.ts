import { expect, it } from 'vitest';
import { printable, printableLine } from '../../../client/cli/display/printable.ts';

it('shows what would command a terminal, and leaves all else', () => {
  expect(printable('a\u001b[2Jb\u009b1m\rc\u0000')).toBe('a\\u{1b}[2Jb\\u{9b}1m\\u{d}c\\u{0}');
  expect(printable('talk\u202e3pm.exe \ud800')).toBe('talk\\u{202e}3pm.exe \\u{d800}');
  expect(printable('слова 字 é 🎙 مرحبا\nnext')).toBe('слова 字 é 🎙 مرحبا\nnext');
  expect(printableLine('two\nlines\u0007')).toBe('two\\nlines\\u{7}');
});
