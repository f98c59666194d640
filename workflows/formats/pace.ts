/** Something shown from `start` until `end`, in whole milliseconds. */
export interface Timed {
  readonly start: number;
  readonly end: number;
  /** Until when it should stay, so that people can read it. */
  readonly legible: number;
}

/**
 * Cues in order without overlap, each at least a millisecond long: WebVTT demands it, and players pass over none. One
 * stays until it is legible, but not into the next, and not beyond the recording.
 */
export async function* paced<T extends Timed>(
  cues: AsyncIterable<T>,
  recordingEnd: number,
): AsyncIterable<T> {
  let held: T | null = null;
  let earliest = 0;
  for await (const cue of cues) {
    if (held !== null) {
      const shown: T = showUntil(held, cue.start);
      earliest = shown.end;
      yield shown;
    }
    const start = Math.max(cue.start, earliest);
    held = { ...cue, start };
  }
  if (held !== null) yield showUntil(held, Math.max(held.end, recordingEnd));
}

function showUntil<T extends Timed>(cue: T, latest: number): T {
  const end = Math.min(Math.max(cue.end, cue.legible), latest);
  return { ...cue, end: Math.max(end, cue.start + 1) };
}
