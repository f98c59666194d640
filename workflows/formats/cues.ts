import type { SectionedTranscript } from './format.ts';
import { oneLine } from './one-line.ts';

/** A subtitle: text on one line, shown from `start` until `end`, in whole milliseconds; `end` is after `start`. */
export interface Cue {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The segments as cues. One without length is given a millisecond: WebVTT demands it, and players pass over none. */
export async function* cuesOf({ sections }: SectionedTranscript): AsyncIterable<Cue> {
  for await (const section of sections()) {
    for (const segment of section.segments) {
      const start = milliseconds(segment.start);
      const end = Math.max(start + 1, milliseconds(segment.end));
      yield { start, end, text: oneLine(segment.text) };
    }
  }
}

export const milliseconds = (seconds: number): number => Math.round(seconds * 1000);
