import type { DroppedSegment, Segment, SectionTranscript, Transcript } from '../contract.ts';
import type { SectionedTranscript } from './format.ts';
import { jsonFields, jsonList } from './json-document.ts';

/** The whole `Transcript` as JSON, one segment or chunk a line; its schema is `docs/schema/transcript-2.json`. */
export async function* json({ header, sections }: SectionedTranscript): AsyncIterable<string> {
  yield `{\n${jsonFields(header)}`;
  yield* jsonList('segments', segmentsOf(sections));
  yield ',\n';
  yield* jsonList('dropped', droppedOf(sections));
  yield ',\n';
  yield* jsonList('chunks', chunksOf(sections));
  yield '\n}\n';
}

/** A section with what stands before it. */
interface Placed extends SectionTranscript {
  readonly section: number;
  readonly segmentsBefore: number;
  readonly chunksBefore: number;
}

async function* placed(sections: SectionedTranscript['sections']): AsyncIterable<Placed> {
  let section = 0;
  let segmentsBefore = 0;
  let chunksBefore = 0;
  for await (const transcript of sections()) {
    yield { ...transcript, section, segmentsBefore, chunksBefore };
    section += 1;
    segmentsBefore += transcript.segments.length;
    chunksBefore += transcript.chunks.length;
  }
}

/** The segments, their chunks counted over all sections. */
async function* segmentsOf(sections: SectionedTranscript['sections']): AsyncIterable<Segment> {
  for await (const { segments, chunksBefore } of placed(sections)) {
    for (const { start, end, text, language, confidence, chunk, words, raw } of segments) {
      const place = chunk + chunksBefore;
      yield {
        start,
        end,
        text,
        language,
        confidence,
        chunk: place,
        ...(words && { words }),
        ...(raw && { raw }),
      };
    }
  }
}

async function* droppedOf(sections: SectionedTranscript['sections']): AsyncIterable<DroppedSegment> {
  for await (const { dropped, segmentsBefore, chunksBefore } of placed(sections)) {
    for (const { start, end, text, language, confidence, chunk, words, before, reason } of dropped) {
      const place = { chunk: chunk + chunksBefore, ...(words && { words }), before: before + segmentsBefore };
      yield { start, end, text, language, confidence, ...place, reason };
    }
  }
}

async function* chunksOf(
  sections: SectionedTranscript['sections'],
): AsyncIterable<Transcript['chunks'][number]> {
  for await (const { section, chunks } of placed(sections)) {
    for (const { spans, language, temperature, noSpeech = null, rung, gap } of chunks) {
      yield { section, spans, language, temperature, noSpeech, rung, gap };
    }
  }
}
