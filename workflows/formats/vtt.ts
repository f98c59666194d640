import { cuesOf } from './cues.ts';
import type { SectionedTranscript } from './format.ts';
import { timecode } from './timecode.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** WebVTT (W3C): one cue a segment, times as `HH:MM:SS.mmm`, text escaped. */
export async function* vtt(transcript: SectionedTranscript): AsyncIterable<string> {
  yield 'WEBVTT\n\n';
  let separator = '';
  for await (const { start, end, text } of cuesOf(transcript)) {
    const escaped = text.replaceAll(/[&<>]/g, (character) => ESCAPES[character] ?? character);
    yield `${separator}${timecode(start, '.')} --> ${timecode(end, '.')}\n${escaped}\n`;
    separator = '\n';
  }
}
