import { expect } from 'vitest';
import type { SectionTranscript } from '../../../workflows/contract.ts';

/** A subtitle as a parser gives it. Milliseconds; lines parted by `\n`. */
export interface Shown {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const onOneLine = (text: string): string => text.replaceAll(CONTROLS, ' ').trim();
const ms = (seconds: number): number => Math.round(seconds * 1000);

/**
 * Checks that cues say each character of the segments' texts in order, that their times are whole and do not overlap,
 * and that the cues of each segment lie where it does. Gives the cues of each segment that has text.
 */
export function expectSaid(cues: readonly Shown[], sections: readonly SectionTranscript[]): Shown[][] {
  for (const [index, { start, end }] of cues.entries()) {
    expect([start, end].every(Number.isInteger)).toBe(true);
    expect(end).toBeGreaterThan(start);
    expect(start).toBeGreaterThanOrEqual(cues[index - 1]?.end ?? 0);
  }
  const left = [...cues];
  const shown: Shown[][] = [];
  let before = 0;
  for (const segment of sections.flatMap(({ segments }) => segments)) {
    let rest = onOneLine(segment.text);
    const own: Shown[] = [];
    while (rest !== '') {
      const cue = left.shift();
      expect(cue, `no cue for ${rest}`).toBeDefined();
      own.push(cue!);
      for (const line of cue!.text.split('\n')) {
        expect(line).toBe(line.trim());
        expect(line).not.toBe('');
        expect(rest.startsWith(line), `${JSON.stringify(line)} does not begin ${JSON.stringify(rest)}`).toBe(
          true,
        );
        rest = rest.slice(line.length).trimStart();
      }
    }
    if (own.length === 0) continue;
    shown.push(own);
    expect(own[0]!.start).toBe(Math.max(before, ms(segment.start)));
    before = own.at(-1)!.end;
  }
  expect(left).toEqual([]);
  return shown;
}
