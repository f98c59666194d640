import type { Segment } from '../contract.ts';
import { cuesIn, linesIn, type Range, type TimedAtom } from './fit.ts';
import type { SectionedTranscript } from './format.ts';
import { isGap } from './gaps.ts';
import { oneLine } from './one-line.ts';
import { paced, type Timed } from './pace.ts';
import { spokenLine, timedAtoms, type SpokenLine } from './spoken.ts';
import { DEFAULT_SUBTITLES, type SubtitleStyle } from './subtitle-style.ts';
import { milliseconds } from './timecode.ts';

/** A word of a cue with the space before it, or a part of one, or a line whose words nobody knows. */
export interface Piece {
  readonly text: string;
  /** When the word begins, in milliseconds; null where nobody knows. */
  readonly at: number | null;
}

/** A subtitle, shown from `start` until `end`, in whole milliseconds; `end` is after `start`, not after the next start. */
export interface Cue extends Timed {
  /** Each without space around it; joined, with the spaces where they were broken, they are the segment's text. */
  readonly lines: readonly (readonly Piece[])[];
}

/**
 * The segments as cues that people can read, in the transcript's `subtitles` style: in few lines, broken at punctuation
 * first, long enough where the silence after them has room. A gap is one cue. What is blank is none.
 */
export const cuesOf = (transcript: SectionedTranscript): AsyncIterable<Cue> =>
  paced(unpacedCues(transcript), milliseconds(transcript.header.duration));

async function* unpacedCues({ header, sections }: SectionedTranscript): AsyncIterable<Cue> {
  const style = header.options.subtitles ?? DEFAULT_SUBTITLES;
  for await (const section of sections()) {
    for (const segment of section.segments) {
      if (isGap(segment, section)) yield gapCue(segment);
      else yield* segmentCues(spokenLine(segment), style);
    }
  }
}

function gapCue({ start, end, text }: Segment): Cue {
  const shown = milliseconds(end);
  return {
    start: milliseconds(start),
    end: shown,
    legible: shown,
    lines: [[{ text: oneLine(text), at: null }]],
  };
}

function* segmentCues(line: SpokenLine, style: SubtitleStyle): Iterable<Cue> {
  const atoms = timedAtoms(line);
  for (const range of cuesIn(atoms, style)) {
    const { from, begins } = atoms[range[0]]!;
    const { to, ends } = atoms[range[1]]!;
    const seconds = Math.min(Math.max((to - from) / style.speed, style.shortest), style.longest);
    yield {
      start: begins,
      end: Math.min(ends, begins + milliseconds(style.longest)),
      legible: begins + milliseconds(seconds),
      lines: linesIn(atoms, range, style.columns).map((part) => piecesOf(line, atoms, part)),
    };
  }
}

function piecesOf({ text, words }: SpokenLine, atoms: readonly TimedAtom[], [first, last]: Range): Piece[] {
  const { start } = atoms[first]!;
  const { end } = atoms[last]!;
  if (words === null) return [{ text: text.slice(start, end), at: null }];
  return words
    .filter(({ from, to }) => from < end && to > start)
    .map((word) => ({
      text: text.slice(Math.max(start, word.from), Math.min(end, word.to)),
      at: word.start,
    }));
}
