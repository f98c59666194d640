import {
  SAMPLE_RATE,
  type Chunk,
  type ChunkOutcome,
  type PackedSection,
  type PackedSegment,
  type PackedWord,
  type Span,
  type TranscriptChunk,
} from './contract.ts';
import { ERRORS } from './errors.ts';

/** Version of the merge: part of a request's identity. A released version is never edited. */
export const MERGE_VERSION = 3;

/**
 * Joins the outcomes of a section's chunks, given in plan order, to segments on the recording's clock. A gap
 * becomes a segment of its own that says why its text is missing.
 */
export function merge(outcomes: readonly ChunkOutcome[]): PackedSection {
  return {
    segments: outcomes.flatMap((outcome, index) => segmentsOf(outcome, index)),
    chunks: outcomes.map(describe),
  };
}

function segmentsOf({ chunk, result, gap }: ChunkOutcome, index: number): PackedSegment[] {
  if (gap) {
    const first = chunk.spans[0] ?? [0, 0];
    const last = chunk.spans.at(-1) ?? first;
    const text = `[ERROR: ${gap.code}]`;
    return [
      { start: seconds(first[0]), end: seconds(last[1]), text, language: '', confidence: 0, chunk: index },
    ];
  }
  if (!result) return [];
  return result.segments.map((segment) => {
    const start = startInRecording(chunk, segment.start);
    // At a joint, a segment without length would end in the span before the one it starts in.
    const end = Math.max(start, endInRecording(chunk, segment.end));
    const words = segment.words?.map((word) => wordInRecording(chunk, word, start, end));
    return {
      start: seconds(start),
      end: seconds(end),
      text: segment.text,
      language: result.language,
      confidence: result.confidence,
      chunk: index,
      ...(words && { words }),
    };
  });
}

/**
 * A word in seconds of the recording, inside the segment it belongs to. One that reaches over a joint is cut there,
 * since nobody speaks through the silence that was left out: it stays in the span that holds more of it.
 */
function wordInRecording(
  { spans }: Chunk,
  [start, end, length, hundredths]: PackedWord,
  earliest: number,
  latest: number,
): PackedWord {
  let best: Span = [earliest, earliest];
  let most = -1;
  let before = 0;
  for (const [first, last] of spans) {
    const from = Math.max(start, before);
    const to = Math.min(end, before + last - first);
    if (to - from > most && from <= to) {
      most = to - from;
      best = [first + from - before, first + to - before];
    }
    before += last - first;
  }
  const inside = (time: number) => Math.min(Math.max(time, earliest), latest);
  return [seconds(inside(best[0])), seconds(inside(best[1])), length, hundredths];
}

function describe({ chunk, rung, result, gap }: ChunkOutcome): TranscriptChunk {
  return {
    spans: chunk.spans,
    language: result?.language ?? null,
    temperature: result?.temperature ?? null,
    noSpeech: result?.noSpeech ?? null,
    rung: rung && {
      model: rung.model,
      revision: rung.revision,
      graph: rung.graph,
      precision: rung.precision,
    },
    // What the engine said belongs to the run: its figures are none of the five things that may change a text.
    gap: gap && { code: gap.code, message: ERRORS[gap.code].meaning },
  };
}

/** Where a segment that starts at `position` of the chunk's joined spans starts in the recording, in samples. */
export function startInRecording(chunk: Chunk, position: number): number {
  return locate(chunk.spans, position, (offset, length) => offset < length);
}

/** Where a segment that ends at `position` ends: at a joint, the end of the span before it. */
export function endInRecording(chunk: Chunk, position: number): number {
  return locate(chunk.spans, position, (offset, length) => offset <= length);
}

function locate(
  spans: readonly Span[],
  position: number,
  inside: (offset: number, length: number) => boolean,
): number {
  let before = 0;
  for (const [start, end] of spans) {
    const offset = position - before;
    if (inside(offset, end - start)) return start + Math.max(0, offset);
    before += end - start;
  }
  return spans.at(-1)?.[1] ?? 0;
}

const seconds = (samples: number): number => Math.round((samples / SAMPLE_RATE) * 1000) / 1000;
