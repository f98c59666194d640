import type { SectionedTranscript } from './format.ts';

/** The whole `Transcript` as JSON, one segment or chunk a line. */
export async function* json({ header, sections }: SectionedTranscript): AsyncIterable<string> {
  const fields = Object.entries(header).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`,
  );
  yield `{\n${fields.join('')}  "segments": [`;
  let separator = '\n    ';
  let chunksBefore = 0;
  for await (const section of sections()) {
    for (const segment of section.segments) {
      yield separator + JSON.stringify({ ...segment, chunk: segment.chunk + chunksBefore });
      separator = ',\n    ';
    }
    chunksBefore += section.chunks.length;
  }
  yield '\n  ],\n  "chunks": [';
  separator = '\n    ';
  for await (const section of sections()) {
    for (const chunk of section.chunks) {
      yield separator + JSON.stringify(chunk);
      separator = ',\n    ';
    }
  }
  yield '\n  ]\n}\n';
}
