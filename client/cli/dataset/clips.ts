import { LonghandError } from '../../../workflows/errors.ts';
import { clock } from '../../../workflows/clock.ts';
import { MAX_CHUNK_SAMPLES, SAMPLE_RATE } from '../../../workflows/contract.ts';
import type { TranscriptFile, TranscriptSegment } from './transcript-file.ts';
import { basename } from 'node:path';

/** A stretch of a recording with all that is said in it: at most 30 s, one example for fine-tuning. */
export interface Clip {
  /** Samples, `[start, end)`. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly language: string | null;
  /** The last of its segments, as an error names it. */
  readonly last: string;
}

/** Neighbours with a longer rest between them, seconds, are no one clip: something may have been left out there. */
const LONGEST_REST = 2;
/** What a gap says in a transcript: nobody knows its text. */
const GAP = /^\[ERROR: [A-Z_]+\]$/;
/** Languages that put no space between sentences. */
const UNSPACED = ['zh', 'yue', 'ja', 'th', 'lo', 'my', 'km', 'bo'];
/** Seconds that rounded times may overlap. */
const ROUNDING = 0.001;

/**
 * Joins the segments of a transcript to clips, as long as they fit in 30 s; gaps are left out and counted. Throws
 * LH_TRANSCRIPT_INVALID naming the first segment that is out of order, longer than 30 s, or without time or text.
 */
export function clipsOf({ path, segments }: TranscriptFile): {
  readonly clips: Clip[];
  readonly gaps: number;
} {
  const clips: Clip[] = [];
  let gaps = 0;
  let before: TranscriptSegment | undefined;
  let isJoinable = false;
  for (const [index, segment] of segments.entries()) {
    const label = labelOf(segment, index);
    demandOrder(segment, before, label, basename(path));
    before = segment;
    const text = segment.text.replaceAll(/\s+/g, ' ').trim();
    if (GAP.test(text)) {
      gaps += 1;
      isJoinable = false;
      continue;
    }
    if (text === '') throw invalid(basename(path), `${label} to have text`, 'none');
    const clip = { ...samplesOf(segment), text, language: segment.language, last: label };
    const previous = clips.at(-1);
    if (isJoinable && previous && areOne(previous, clip)) clips[clips.length - 1] = join(previous, clip);
    else clips.push(clip);
    isJoinable = true;
  }
  const empty = clips.find(({ start, end }) => end <= start);
  if (empty) throw invalid(basename(path), `${empty.last} to last`, 'an end where it starts');
  return { clips, gaps };
}

const labelOf = ({ start }: TranscriptSegment, index: number): string =>
  `segment ${index + 1} (${Number.isFinite(start) && start >= 0 ? clock(Math.round(start * SAMPLE_RATE)) : start})`;

const samplesOf = ({ start, end }: TranscriptSegment) => ({
  start: Math.round(start * SAMPLE_RATE),
  end: Math.round(end * SAMPLE_RATE),
});

function demandOrder(
  { start, end }: TranscriptSegment,
  before: TranscriptSegment | undefined,
  label: string,
  file: string,
): void {
  if (!(start >= 0 && Number.isFinite(end) && end >= start)) {
    throw invalid(file, `${label} to end after it starts`, `${start} to ${end} s`);
  }
  if (before && start < before.end - ROUNDING) {
    throw invalid(file, `${label} to start after the one before ends, at ${before.end} s`, `${start} s`);
  }
  const { start: first, end: last } = samplesOf({ start, end, text: '', language: null });
  if (last - first > MAX_CHUNK_SAMPLES) {
    throw invalid(
      file,
      `${label} to be at most ${MAX_CHUNK_SAMPLES / SAMPLE_RATE} s long`,
      `${(end - start).toFixed(1)} s; split it`,
    );
  }
}

const areOne = (a: Clip, b: Clip): boolean =>
  a.language === b.language &&
  b.start - a.end <= LONGEST_REST * SAMPLE_RATE &&
  b.end - a.start <= MAX_CHUNK_SAMPLES;

const join = (a: Clip, b: Clip): Clip => ({
  ...b,
  start: a.start,
  text: `${a.text}${UNSPACED.includes(a.language ?? '') ? '' : ' '}${b.text}`,
});

const invalid = (file: string, expected: string, came: string): LonghandError =>
  new LonghandError('LH_TRANSCRIPT_INVALID', `Expected ${expected} in ${file}, got ${came}`);
