import type { Segment, TranscriptChunk } from '../contract.ts';
import type { SectionedTranscript } from './format.ts';
import { jsonFields, jsonList } from './json-document.ts';

/** The whole `Transcript` as JSON, one segment or chunk a line; its schema is `docs/schema/transcript-1.json`. */
export async function* json({ header, sections }: SectionedTranscript): AsyncIterable<string> {
  yield `{\n${jsonFields(header)}`;
  yield* jsonList('segments', segmentsOf(sections));
  yield ',\n';
  yield* jsonList('chunks', chunksOf(sections));
  yield '\n}\n';
}

/** The segments, their chunks counted over all sections. */
async function* segmentsOf(sections: SectionedTranscript['sections']): AsyncIterable<Segment> {
  let chunksBefore = 0;
  for await (const section of sections()) {
    for (const { start, end, text, language, confidence, chunk, words } of section.segments) {
      const place = chunk + chunksBefore;
      yield { start, end, text, language, confidence, chunk: place, ...(words && { words }) };
    }
    chunksBefore += section.chunks.length;
  }
}

async function* chunksOf(sections: SectionedTranscript['sections']): AsyncIterable<TranscriptChunk> {
  for await (const section of sections()) {
    for (const { spans, language, temperature, rung, gap } of section.chunks) {
      yield { spans, language, temperature, rung, gap };
    }
  }
}
