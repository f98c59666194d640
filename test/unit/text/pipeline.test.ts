import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawSections } from '../../../client/transcript-document.ts';
import type { PackedSection, Transcript } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { changes } from '../../../workflows/formats/changes.ts';
import { json } from '../../../workflows/formats/json.ts';
import { merge } from '../../../workflows/merge.ts';
import { readPipeline, type TextStep } from '../../../workflows/text/pipeline.ts';
import type { AnyStep } from '../../../workflows/text/steps.ts';
import { postProcess } from '../../../workflows/text/post-process.ts';
import { unpackSection } from '../../../workflows/unpack.ts';
import { schemaErrors } from '../../support/schema.ts';
import { outcome } from '../workflows/arbitraries.ts';
import { eachOf, header, textOf } from '../workflows/transcripts.ts';

/** Takes every `a` out, or writes each as `long`. */
const vowels = (version: number): AnyStep => ({
  name: 'vowels',
  version,
  read: (given) => ({ long: given.boolean('long', false) }),
  edits: (segments, options) =>
    segments.map(({ text }) =>
      [...text.matchAll(/a/g)].map(({ index }) => ({
        start: index,
        end: index + 1,
        text: (options as { readonly long: boolean }).long ? 'ɑː' : '',
        rule: version === 1 ? 'a' : 'b',
      })),
    ),
});
const STEPS = [vowels(1), vowels(2)];
const find = ({ version }: TextStep): AnyStep => STEPS[version - 1]!;
const read = (given: unknown) => readPipeline(given, 'text', STEPS);

const section = (...texts: string[]): PackedSection => ({
  segments: texts.map((text, index) => ({
    ...{ start: index, end: index + 1, text, language: 'en', confidence: 0.9, chunk: 0 },
    words: [[index, index + 1, text.length, 90] as const],
  })),
  chunks: [
    { spans: [[0, 1]], language: 'en', temperature: 0, noSpeech: 0.1, rung: null, gap: null },
    {
      ...{ spans: [[0, 1]], language: null, temperature: null, noSpeech: null, rung: null },
      gap: { code: 'LH_OUT_OF_MEMORY', message: '' },
    },
  ],
});

describe('a pipeline', () => {
  it('has every version and option decided, the latest where none is named', () => {
    expect(read([{ step: 'vowels' }, { step: 'vowels', version: 1, long: true }])).toEqual([
      { step: 'vowels', version: 2, long: false },
      { step: 'vowels', version: 1, long: true },
    ]);
    expect(read([])).toEqual([]);
  });

  it.each<[unknown, string]>([
    ['vowels', '`text` to be a list of at most 20 steps, got "vowels"'],
    [Array.from({ length: 21 }, () => ({ step: 'vowels' })), '`text` to be a list of at most 20 steps'],
    [[null], '`text[0]` to be an object, got null'],
    [[{}], '`text[0].step` to be one of vowels, got nothing'],
    [[{ step: 'vowels' }, { step: 'vowel' }], '`text[1].step` to be one of vowels, got "vowel"'],
    [[{ step: 'vowels', version: 3 }], '`text[0].version` to be a version of `vowels`: 1, 2, got 3'],
    [[{ step: 'vowels', long: 1 }], '`text[0].long` to be true or false, got 1'],
    [[{ step: 'vowels', short: true }], '`text[0].short` to be nothing of that name, got true'],
  ])('refuses %j', (given, message) => {
    expect(() => read(given)).toThrow(LonghandError);
    expect(() => read(given)).toThrow(message);
  });
});

describe('postProcess', () => {
  it('gives what each step changes in what the one before has left', () => {
    const pipeline = read([
      { step: 'vowels', version: 1, long: true },
      { step: 'vowels', version: 2 },
    ]);
    expect(postProcess(section('xax', 'y'), pipeline, find).changes).toEqual([
      { step: 'vowels', version: 1, edits: [[0, 1, 2, 'ɑː', 'a']] },
    ]);
  });

  it('leaves gaps alone', () => {
    const { segments, chunks } = section('a', 'a');
    const gap = { segments: segments.map((one) => ({ ...one, chunk: 1 })), chunks };
    expect(postProcess(gap, read([{ step: 'vowels' }]), find).changes).toEqual([]);
  });
});

describe('a section after its steps', () => {
  const heard = section('a', 'xax', 'aa', 'y', 'a');
  const processed = unpackSection({
    ...heard,
    changes: postProcess(heard, read([{ step: 'vowels', version: 1 }]), find).changes,
  });

  it('keeps what was heard beside what it has become', () => {
    expect(processed.segments.map(({ text, raw }) => [text, raw?.text])).toEqual([
      ['xx', 'xax'],
      ['y', undefined],
    ]);
    expect(processed.segments[0]?.words).toEqual([{ start: 1, end: 2, text: 'xx', probability: 0.9 }]);
    expect(processed.segments[0]?.raw?.words?.[0]?.text).toBe('xax');
  });

  it('keeps what was heard where only its words have changed', () => {
    const words = [[0, 1, 1, 90] as const, [1, 2, 2, 90] as const];
    const { segments, chunks } = section('xax');
    const edits = [[0, 0, 2, 'y', 'a'] as const];
    const back = [[0, 0, 1, 'xa', 'a'] as const];
    const changes = [edits, back].map((own) => ({ step: 'vowels', version: 1, edits: own }));
    const { segments: kept } = unpackSection({ segments: [{ ...segments[0]!, words }], chunks, changes });
    expect(kept[0]).toMatchObject({ text: 'xax', raw: { text: 'xax' } });
    expect([kept[0]?.words?.length, kept[0]?.raw?.words?.length]).toEqual([1, 2]);
  });

  it('keeps what nothing is left of, with the reason and the place', () => {
    const reason = { step: 'vowels', rule: 'a' };
    expect(processed.dropped.map(({ text, before, reason: why }) => [text, before, why])).toEqual([
      ['a', 0, reason],
      ['aa', 1, reason],
      ['a', 2, reason],
    ]);
  });

  it('lists every change', async () => {
    const document = { header, sections: eachOf([processed]) };
    expect(await textOf(changes(document))).toBe(
      'start\tend\tstep\trule\tbefore\tafter\n' +
        '0\t1000\tvowels\ta\ta\t\n1000\t2000\tvowels\ta\ta\t\n2000\t3000\tvowels\ta\ta\t\n' +
        '2000\t3000\tvowels\ta\ta\t\n4000\t5000\tvowels\ta\ta\t\n',
    );
  });

  it('can be read back from its json as it was heard, whatever that was', async () => {
    const sections = fc.array(
      fc.array(outcome, { minLength: 1, maxLength: 3 }).map((all) => merge(all)),
      { minLength: 1, maxLength: 3 },
    );
    const pipeline = read([{ step: 'vowels', version: 1 }]);
    await fc.assert(
      fc.asyncProperty(sections, async (all) => {
        const withA = all.map(({ segments, chunks }) => ({
          chunks,
          segments: segments.map((one, index) => {
            if (index % 2 === 1 || one.language === '') return one;
            const { start, end, text, language, confidence, chunk } = one;
            return { start, end, text: text.replaceAll(/./gsu, 'a'), language, confidence, chunk };
          }),
        }));
        const written = withA.map((own) =>
          unpackSection({ ...own, changes: postProcess(own, pipeline, find).changes }),
        );
        const document = JSON.parse(await textOf(json({ header, sections: eachOf(written) }))) as Transcript;
        expect(schemaErrors('transcript-2', { ...document, segments: [], dropped: [] })).toEqual([]);
        expect(rawSections(document)).toEqual(withA);
      }),
    );
  });
});
