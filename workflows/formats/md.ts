import type { SectionedTranscript } from './format.ts';
import { oneLine } from './one-line.ts';
import { paragraphsOf } from './paragraphs.ts';
import { clock, milliseconds } from './timecode.ts';
import { NO_SPEECH } from './txt.ts';

/** What CommonMark, or GitHub's dialect of it, could take for markup within a line. */
const MARKUP = /[\\`*_~[\]<>&#|]/g;

/** Markdown (CommonMark): the source's name as the title, then paragraphs, each behind its time as `HH:MM:SS`. */
export async function* md(transcript: SectionedTranscript): AsyncIterable<string> {
  yield `# ${escaped(oneLine(transcript.header.source.name))}\n`;
  let empty = true;
  for await (const { start, text } of paragraphsOf(transcript)) {
    empty = false;
    yield `\n**${clock(milliseconds(start))}** ${escaped(text)}\n`;
  }
  if (empty) yield `\n${escaped(NO_SPEECH)}\n`;
}

const escaped = (text: string): string => text.replaceAll(MARKUP, String.raw`\$&`);
