import type { SectionedTranscript } from './format.ts';
import { oneLine } from './one-line.ts';
import { paragraphsOf } from './paragraphs.ts';
import { milliseconds, timecode } from './timecode.ts';

/** What stands in a text where nothing was said. */
export const NO_SPEECH = '[no speech]';

/** The text, one segment a line; says so in brackets where nothing was said. */
export const txt = (transcript: SectionedTranscript): AsyncIterable<string> => lines(transcript, false);

/** The text, one segment a line, with the time at which it begins before it: `[HH:MM:SS.mmm] `. */
export const txtTimes = (transcript: SectionedTranscript): AsyncIterable<string> => lines(transcript, true);

/** The text in paragraphs, an empty line between them. */
export async function* txtParagraphs(transcript: SectionedTranscript): AsyncIterable<string> {
  let separator = '';
  for await (const { text } of paragraphsOf(transcript)) {
    yield `${separator}${text}\n`;
    separator = '\n';
  }
  if (separator === '') yield `${NO_SPEECH}\n`;
}

async function* lines({ sections }: SectionedTranscript, hasTimes: boolean): AsyncIterable<string> {
  let empty = true;
  for await (const section of sections()) {
    for (const { start, text } of section.segments) {
      empty = false;
      const head = hasTimes ? `[${timecode(milliseconds(start), '.')}] ` : '';
      yield `${head}${oneLine(text)}\n`;
    }
  }
  if (empty) yield `${NO_SPEECH}\n`;
}
