import type { SectionedTranscript } from './format.ts';
import { oneLine } from './one-line.ts';
import { milliseconds } from './timecode.ts';

/**
 * Tab-separated values (IANA `text/tab-separated-values`, so without quoting) with a header: start and end in whole
 * milliseconds, and the text, one segment a line.
 */
export async function* tsv({ sections }: SectionedTranscript): AsyncIterable<string> {
  yield 'start\tend\ttext\n';
  for await (const section of sections()) {
    for (const { start, end, text } of section.segments) {
      yield `${milliseconds(start)}\t${milliseconds(end)}\t${oneLine(text)}\n`;
    }
  }
}
