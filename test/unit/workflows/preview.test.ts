import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preview, PREVIEW_BYTES } from '../../../workflows/preview.ts';
import { text } from './arbitraries.ts';

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.array(text, { maxLength: 30 }).map((lines) => lines.join('\n')) },
  { weight: 1, arbitrary: fc.constant(null) },
);

describe('preview', () => {
  it('is all that was heard, a line a segment, where that is little', () => {
    expect(preview(['one', '', 'two\nthree'])).toBe('one\ntwo\nthree');
    expect(preview([])).toBe('');
    expect(preview([null, null])).toBe('');
    expect(preview(['', null])).toBe('');
  });

  it('marks what is still to come before what is there, once, and not after it', () => {
    expect(preview([null, 'one', null, '', null, 'two', null])).toBe('[…]\none\n[…]\ntwo');
  });

  it('keeps the last whole lines that fit', () => {
    const lines = Array.from({ length: 500 }, (_, index) => `line ${index}`);
    const shown = preview([lines.slice(0, 400).join('\n'), lines.slice(400).join('\n')]).split('\n');
    expect(shown[0]).toBe('[…]');
    expect(shown.slice(1)).toEqual(lines.slice(1 - shown.length));
    expect(shown.length).toBeGreaterThan(PREVIEW_BYTES / 10);
  });

  it('cuts a line that is too long at a character', () => {
    const [mark, end] = preview([`${'听'.repeat(2000)}`]).split('\n');
    expect(mark).toBe('[…]');
    expect(end).toMatch(/^听+$/);
    expect(Buffer.byteLength(end ?? '')).toBeGreaterThan(PREVIEW_BYTES - 12);
    const clusters = preview(['é̂'.normalize('NFD').repeat(1000)]).split('\n')[1];
    expect(clusters).toMatch(/^e/);
  });

  it('never exceeds 2 KB and never breaks a character, for any texts', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (texts) => {
        const shown = preview(texts);
        expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(PREVIEW_BYTES);
        expect(Buffer.from(shown).toString()).toBe(shown);
        const all = texts.flatMap((lines) => (lines ? lines.split('\n') : []));
        const own = shown.split('\n').filter((line) => line !== '' && line !== '[…]');
        expect(own).toEqual(own.length === 0 ? [] : all.slice(-own.length));
      }),
    );
  });

  it('of previews says where one of them was cut', () => {
    const long = preview([Array.from({ length: 30 }, () => 'x'.repeat(70)).join('\n')]);
    expect(long.startsWith('[…]\n')).toBe(true);
    expect(preview(['before', long])).toBe(`before\n${long}`);
    expect(preview(['before', '[…]\nafter'])).toBe('before\n[…]\nafter');
    expect(preview([long, 'after']).endsWith('x\nafter')).toBe(true);
  });
});
