import fc from 'fast-check';
import { expect } from 'vitest';
import { applyEdits } from '../../../workflows/text/edit.ts';
import type { Step, TextSegment } from '../../../workflows/text/step.ts';
import { read, segment } from './after.ts';

/**
 * What holds of every step whatever it is given: its edits are in order, without overlap, on whole characters, each a
 * change indeed and named; and what it has made it does not change again. `texts`: of the kind that its rules look for.
 */
export function expectSteadyEdits<O extends object>(
  step: Step<O>,
  texts: fc.Arbitrary<string>,
  {
    given = {},
    languages = ['zh', 'en', 'ja'],
  }: { given?: Record<string, unknown>; languages?: string[] } = {},
): void {
  const options = read(step, given);
  const sections = fc.array(
    fc
      .record({ text: texts, language: fc.constantFrom(...languages) })
      .map((one) => segment(one.text, one.language)),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(sections, (segments) => {
      const once = after(step, segments, options);
      const twice = after(step, once, options);
      expect(twice.map(({ text }) => text)).toEqual(once.map(({ text }) => text));
    }),
    { numRuns: 300 },
  );
}

function after<O extends object>(step: Step<O>, segments: readonly TextSegment[], options: O): TextSegment[] {
  const edits = step.edits(segments, options);
  expect(edits).toHaveLength(segments.length);
  return segments
    .map((one, index) => {
      const { text } = one;
      let kept = 0;
      for (const edit of edits[index]!) {
        expect(edit.start).toBeGreaterThanOrEqual(kept);
        expect(edit.end).toBeGreaterThanOrEqual(edit.start);
        expect(edit.end).toBeLessThanOrEqual(text.length);
        expect(edit.text).not.toBe(text.slice(edit.start, edit.end));
        expect(edit.rule).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        if (isWellFormed(text)) expect(isWellFormed(edit.text)).toBe(true);
        kept = edit.end;
      }
      const edited = applyEdits({ text }, edits[index]!).text;
      if (isWellFormed(text)) expect(isWellFormed(edited)).toBe(true);
      return { ...one, text: edited };
    })
    .filter(({ text }) => text !== '');
}

const isWellFormed = (text: string): boolean => !/\p{Cs}/u.test(text);
