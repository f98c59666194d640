import type { SectionedTranscript } from './format.ts';
import { oneLine } from './one-line.ts';

/** The text, one segment a line; says so in brackets where nothing was said. */
export async function* txt({ sections }: SectionedTranscript): AsyncIterable<string> {
  let empty = true;
  for await (const section of sections()) {
    for (const segment of section.segments) {
      empty = false;
      yield `${oneLine(segment.text)}\n`;
    }
  }
  if (empty) yield '[no speech]\n';
}
