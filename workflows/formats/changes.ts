import { milliseconds } from './timecode.ts';
import type { SectionedTranscript } from './format.ts';
import { withoutBreaks } from './one-line.ts';

/**
 * What the post-processing changed, as tab-separated values with a header: start and end of the segment in whole
 * milliseconds, step, rule, and the text before and after, spaces and all; one change a line, section by section, step by step.
 */
export async function* changes({ sections }: SectionedTranscript): AsyncIterable<string> {
  yield 'start\tend\tstep\trule\tbefore\tafter\n';
  for await (const section of sections()) {
    for (const { start, end, step, rule, before, after } of section.changes) {
      const times = `${milliseconds(start)}\t${milliseconds(end)}`;
      yield `${times}\t${step}\t${rule}\t${withoutBreaks(before)}\t${withoutBreaks(after)}\n`;
    }
  }
}
