import { describe, expect, it } from 'vitest';
import { finishedPreview, lastInARow } from '../../../client/preview.ts';
import type { SectionTranscript } from '../../../workflows/contract.ts';
import { PREVIEW_BYTES } from '../../../workflows/preview.ts';

const saying = (...texts: string[]): SectionTranscript => ({
  segments: texts.map((text) => ({ start: 0, end: 1, text, language: 'en', confidence: 1, chunk: 0 })),
  dropped: [],
  chunks: [],
  changes: [],
});

describe('finishedPreview', () => {
  it('is the whole text where that is short', async () => {
    const sections = [saying('one', 'two'), saying(), saying('three')];
    expect(await finishedPreview(3, (n) => Promise.resolve(sections[n] ?? saying()))).toBe('one\ntwo\nthree');
  });

  it('reads no more sections than it shows', async () => {
    const read: number[] = [];
    const text = await finishedPreview(100, (n) => {
      read.push(n);
      return Promise.resolve(saying(`${n} ${'long '.repeat(200)}`));
    });
    expect(read).toEqual([99, 98, 97]);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(PREVIEW_BYTES);
    expect(text).toMatch(/^\[…\]\n98 (long )+\n99 (long )+$/);
  });
});

describe('lastInARow', () => {
  it.each([
    [[], []],
    [['t/3'], ['t/3']],
    [
      ['t/4', 't/5', 't/3'],
      ['t/3', 't/4', 't/5'],
    ],
    [
      ['t/9', 't/11', 't/10'],
      ['t/9', 't/10', 't/11'],
    ],
    [['t/3', 't/5'], ['t/5']],
    [
      ['t/3', 't/5', 't/6'],
      ['t/5', 't/6'],
    ],
  ])('of %j is %j', (ids, last) => {
    expect(lastInARow(ids)).toEqual(last);
  });
});
