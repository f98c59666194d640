import { cuesOf } from './cues.ts';
import type { SectionedTranscript } from './format.ts';
import { milliseconds, timecode } from './timecode.ts';

/**
 * SubRip: numbered cues, times as `HH:MM:SS,mmm`. An arrow `-->` in a text becomes `->`, since SubRip knows no escapes.
 * Where nothing was said, one cue without text covers the recording: readers tell the format by its first cue, and
 * refuse a file without any.
 */
export async function* srt(transcript: SectionedTranscript): AsyncIterable<string> {
  let number = 0;
  for await (const { start, end, lines } of cuesOf(transcript)) {
    number += 1;
    const separator = number === 1 ? '' : '\n';
    const text = lines.map((line) => line.map((piece) => piece.text).join('')).join('\n');
    yield `${separator}${number}\n${timesOf(start, end)}\n${text.replaceAll(/-{2,}>/g, '->')}\n`;
  }
  if (number === 0) yield `1\n${timesOf(0, milliseconds(transcript.header.duration))}\n\n`;
}

const timesOf = (start: number, end: number): string => `${timecode(start, ',')} --> ${timecode(end, ',')}`;
