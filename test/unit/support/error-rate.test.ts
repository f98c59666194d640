import { describe, expect, it } from 'vitest';
import { countErrors, unitsOf } from '../../support/error-rate.ts';
import { clipsOf } from '../../support/manifest.ts';

const withPeer = [...clipsOf('speech'), ...clipsOf('format')].flatMap((clip) =>
  clip.peer ? [{ ...clip, peer: clip.peer.greedy }] : [],
);

describe('countErrors', () => {
  it.each(withPeer)(
    "gives the manifest's rate for $file",
    ({ peer, transcript, transcript_traditional, language }) => {
      const { errors, units } = countErrors(peer.hypothesis, {
        text: transcript,
        variant: transcript_traditional,
        language,
      });
      expect(units).toBe(peer.ref_units);
      expect(errors / units).toBeCloseTo(peer.wer ?? peer.cer ?? NaN, 4);
    },
  );

  it.each([
    ['one two three', 'one two three', 0],
    ['one two three', 'one three', 1],
    ['one two three', 'one two two three', 1],
    ['one two three', 'one too three', 1],
    ['one two three', '', 3],
    ['one two three', 'three one two', 2],
    ['', 'one two', 2],
  ])('from %j to %j', (text, hypothesis, errors) => {
    expect(countErrors(hypothesis, { text, language: 'en' }).errors).toBe(errors);
  });

  it('takes each character in either script', () => {
    const reference = { text: '你只要爱我就够了', variant: '你只要愛我就夠了', language: 'zh' };
    expect(countErrors('你只要愛我就够了', reference)).toEqual({ errors: 0, units: 8 });
    expect(countErrors('你只要哀我就够了', reference)).toEqual({ errors: 1, units: 8 });
  });

  it('refuses a variant that is another text', () => {
    expect(() => countErrors('', { text: '你', variant: '你我', language: 'zh' })).toThrow('1 units, got 2');
  });
});

describe('unitsOf', () => {
  it.each([
    ['en', 'Ill-disposed, he said: “I’m 5!”', ['ill', 'disposed', 'he', 'said', 'im', '5']],
    ['ru', 'Нажмите 1 — «занято».', ['нажмите', '1', 'занято']],
    ['zh', '７点钟， 我', ['7', '点', '钟', '我']],
    ['en', ' … ', []],
  ])('of %s %j', (language, text, units) => {
    expect(unitsOf(text, language)).toEqual(units);
  });
});
