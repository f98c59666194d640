import type { RunReport, SectionReport } from '../contract.ts';
import { jsonFields, jsonList } from './json-document.ts';

/** The `RunReport` as JSON, one chunk a line, piece by piece; its schema is `docs/schema/run-report-2.json`. */
export async function* report(
  header: Omit<RunReport, 'chunks'>,
  sections: AsyncIterable<SectionReport>,
): AsyncIterable<string> {
  yield `{\n${jsonFields(header)}`;
  yield* jsonList('chunks', chunksOf(sections));
  yield '\n}\n';
}

async function* chunksOf(
  sections: AsyncIterable<SectionReport>,
): AsyncIterable<SectionReport['chunks'][number]> {
  for await (const { chunks } of sections) yield* chunks;
}
