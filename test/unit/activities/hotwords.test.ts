import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hotwordsOf } from '../../../activities/request/hotwords.ts';

const term = (write: string) => ({ write, heard: ['something else'] });
const bytes = (text: string) => Buffer.byteLength(text);

describe('the hotwords of a list of terms', () => {
  it('are the terms as they are written, in their order', () => {
    expect(hotwordsOf([term('Longhand'), term('长城')], null)).toBe('Longhand, 长城');
  });

  it('fit, each whole, into 200 bytes', () => {
    const all = Array.from({ length: 100 }, (_, index) => term(`长城${index}`));
    const hotwords = hotwordsOf(all, null)!;
    expect(bytes(hotwords)).toBeLessThanOrEqual(200);
    expect(bytes(`${hotwords}, 长城99`)).toBeGreaterThan(200);
    expect(hotwords.split(', ')).toEqual(all.slice(0, 21).map(({ write }) => write));
    expect(hotwordsOf([term('a'.repeat(100)), term('b'.repeat(98))], null)).toHaveLength(200);
    expect(hotwordsOf([term('a'.repeat(100)), term('b'.repeat(99))], null)).toBe('a'.repeat(100));
  });

  it('leave its bytes to the prompt', () => {
    expect(hotwordsOf([term('Longhand'), term('b')], 'a'.repeat(192))).toBe('Longhand');
    expect(hotwordsOf([term('Longhand'), term('b')], 'a'.repeat(193))).toBe('b');
    expect(hotwordsOf([term('Longhand')], '长'.repeat(67))).toBeNull();
  });

  it('are none where there is no room or no term', () => {
    expect(hotwordsOf([], null)).toBeNull();
    expect(hotwordsOf([term('长'.repeat(67))], null)).toBeNull();
  });

  it('never are too long, whatever the terms', () => {
    const terms = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }).map(term));
    fc.assert(
      fc.property(terms, fc.option(fc.string()), (list, prompt) => {
        expect(bytes(hotwordsOf(list, prompt) ?? '') + bytes(prompt ?? '')).toBeLessThanOrEqual(
          Math.max(200, bytes(prompt ?? '')),
        );
      }),
    );
  });
});
