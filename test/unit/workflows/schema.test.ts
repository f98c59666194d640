import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRECISIONS, type SectionReport } from '../../../workflows/contract.ts';
import { ERRORS, type ErrorCode } from '../../../workflows/errors.ts';
import { report } from '../../../workflows/formats/report.ts';
import { WRITERS } from '../../../workflows/formats/writers.ts';
import { merge } from '../../../workflows/merge.ts';
import { unpackSection } from '../../../workflows/unpack.ts';
import { schemaErrors, type Schema } from '../../support/schema.ts';
import { chunk, outcome, text } from './arbitraries.ts';
import { eachOf, header, reportHeader, textOf } from './transcripts.ts';

const code = fc.constantFrom(...(Object.keys(ERRORS) as ErrorCode[]));
const sections = fc.array(
  fc.array(outcome, { minLength: 1, maxLength: 3 }).map((all) => unpackSection(merge(all))),
  { maxLength: 3 },
);
const chunkRun = fc.record({
  attempt: fc.integer({ min: 1, max: 1000 }),
  worker: text,
  device: fc.constantFrom('cpu', 'cuda:0'),
  seconds: fc.nat(100_000).map((hundredths) => hundredths / 100),
  found: fc.boolean(),
});
const chunkTry = fc
  .oneof(
    fc.record({ run: chunkRun, failure: fc.constant(null) }),
    fc.record({ run: fc.constant(null), failure: fc.record({ code, message: text }) }),
  )
  .chain((outcomes) =>
    fc.record({
      model: fc.constant('base'),
      precision: fc.constantFrom(...PRECISIONS),
      queue: fc.constant('gpu.base'),
      language: fc.constantFrom('auto', 'en', 'haw'),
      run: fc.constant(outcomes.run),
      failure: fc.constant(outcomes.failure),
    }),
  );
const sectionReport: fc.Arbitrary<SectionReport> = fc.record({
  chunks: fc.array(
    fc
      .tuple(chunk, fc.array(chunkTry, { minLength: 1, maxLength: 3 }))
      .map(([{ spans }, tries]) => ({ spans, tries })),
    { maxLength: 3 },
  ),
});

const transcripts = sections.map((all) => WRITERS.json({ header, sections: eachOf(all) }));
const reports = fc
  .array(sectionReport, { maxLength: 3 })
  .map((all) => report(reportHeader, eachOf<SectionReport>(all)()));

describe.each<[Schema, fc.Arbitrary<AsyncIterable<string>>]>([
  ['transcript-2', transcripts],
  ['run-report-2', reports],
])('%s', (schema, documents) => {
  it('holds for whatever is written', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        expect(schemaErrors(schema, JSON.parse(await textOf(document)))).toEqual([]);
      }),
    );
  });

  it('refuses whatever has a field left out, added, or of another type', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        for (const damaged of damages(JSON.parse(await textOf(document)))) {
          expect(schemaErrors(schema, damaged), JSON.stringify(damaged)).not.toEqual([]);
        }
      }),
      { numRuns: 20 },
    );
  });
});

/** Copies of a JSON document, each with one thing wrong. */
function* damages(value: unknown): Iterable<unknown> {
  // No field takes `true` but one, which the others stand for.
  if (typeof value !== 'object' || value === null) {
    yield typeof value === 'boolean' ? 'yes' : true;
    return;
  }
  if (Array.isArray(value)) {
    const items = value as unknown[];
    for (const [index, item] of items.entries()) {
      for (const damaged of damages(item)) yield items.with(index, damaged);
    }
    return;
  }
  yield { ...value, extra: null };
  const fields = Object.entries(value as Record<string, unknown>);
  for (const [name, field] of fields) {
    // A segment has words only where they were asked for.
    if (name !== 'words' || !Array.isArray(field))
      yield Object.fromEntries(fields.filter(([other]) => other !== name));
    for (const damaged of damages(field)) yield { ...value, [name]: damaged };
  }
}
