import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../activities/store/canonical.ts';
import { decideRequest } from '../../../activities/request/decide.ts';
import { FORMATS, GAP_POLICIES, LANGUAGE_PER, TASKS } from '../../../workflows/contract.ts';
import { DEFAULT_PIPELINE, readPipeline } from '../../../workflows/text/pipeline.ts';
import { isDecided } from '../../../workflows/is-decided.ts';
import { schemaErrors } from '../../support/schema.ts';

const SHA256 = 'a'.repeat(64);
const FILE = 'file:///srv/audio/a%20talk.mp3';

const or = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const text = fc.stringMatching(/^[a-z ]{1,20}$/);
const options = fc.record(
  {
    language: or(fc.constantFrom('auto', 'en', 'yue')),
    languagePer: or(fc.constantFrom(...LANGUAGE_PER)),
    task: or(fc.constantFrom(...TASKS)),
    prompt: or(text),
    hotwords: or(text),
    words: or(fc.constant(true)),
    model: or(fc.constantFrom('base', 'tiny.en', 'mine@ab12')),
    ladder: or(fc.constant(['int8', 'tiny.en:int8', 'int8@cpu'])),
    gaps: or(fc.constantFrom(...GAP_POLICIES)),
    text: or(
      fc.constant([{ step: 'unicode' }, { step: 'script', to: 'tw' }, { step: 'guards', version: 1 }]),
    ),
    formats: or(
      fc.array(fc.constantFrom(...FORMATS.filter((name) => name !== 'vtt-words')), { minLength: 1 }),
    ),
    subtitles: or(fc.record({ columns: fc.integer({ min: 10, max: 120 }) })),
    out: or(fc.constantFrom('/srv/out', 'file:///srv/out', '/srv/out/')),
  },
  { requiredKeys: [] },
);
const source = fc.oneof(
  fc.record(
    { uri: fc.constant(FILE), name: or(text), sha256: or(fc.constant(SHA256)) },
    { requiredKeys: ['uri'] },
  ),
  fc.record(
    { uri: fc.constantFrom('https://example.org/talk.mp3', 'secret:CALLS'), name: or(text) },
    { requiredKeys: ['uri'] },
  ),
  fc.record({ uri: fc.constant(`store:sources/${SHA256}`), name: text }),
);
const request = fc.record({ source, options: or(options), tenant: or(text) }, { requiredKeys: ['source'] });

const invalid = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'LH_OPTION_INVALID', message: expect.stringMatching(message) as string });

describe('a request in plain data', () => {
  it('of the published schema is decided, whole, and alike each time', () => {
    fc.assert(
      fc.property(request, (asked) => {
        expect(schemaErrors('request-1', asked)).toEqual([]);
        const decided = decideRequest(asked);
        expect(isDecided(decided)).toBe(true);
        expect(canonicalJson(decideRequest(asked))).toBe(canonicalJson(decided));
      }),
    );
  });

  it('with a field added or of another type is refused, by the schema too', () => {
    fc.assert(
      fc.property(request, (asked) => {
        for (const damaged of damages(asked)) {
          expect(schemaErrors('request-1', damaged), JSON.stringify(damaged)).not.toEqual([]);
          expect(() => decideRequest(damaged), JSON.stringify(damaged)).toThrow(/^Expected /);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('that names a source alone has every default', () => {
    const decided = decideRequest({ source: { uri: FILE } });
    expect(decided).toMatchObject({
      source: { uri: FILE, name: 'a talk.mp3', sha256: null },
      options: { language: 'auto', model: 'base', formats: ['json', 'srt', 'tsv', 'txt', 'vtt'], out: null },
      tenant: null,
    });
    expect(decided.options.text).toEqual(readPipeline(DEFAULT_PIPELINE));
    const folder = { source: { uri: FILE }, options: { out: '/srv/out' } };
    expect(decideRequest(folder).options.out).toBe('file:///srv/out/');
  });

  it.each([
    [undefined, /`request` to be an object, got nothing/],
    [7, /`request` to be an object, got `7`/],
    [{}, /`source` to be an object, got nothing/],
    [{ source: { path: '/talk.mp3' } }, /`source` to be of the fields uri, name, sha256, got `"path"`/],
    [{ source: { uri: FILE, sha256: 'AB' } }, /`source.sha256` to be 64/],
    [{ source: { uri: FILE, name: '../talk' } }, /`source.name`/],
    [{ source: { uri: 'https://example.org/a', sha256: SHA256 } }, /`source.sha256` to be left out/],
    [{ source: { uri: `store:sources/${SHA256}` } }, /`source.name`/],
    [
      { source: { uri: FILE }, options: { words: 'yes' } },
      /`options.words` to be true or false, got `"yes"`/,
    ],
    [{ source: { uri: FILE }, options: { out: 'here' } }, /`options.out` to be an absolute path/],
    [{ source: { uri: FILE }, options: { constructor: 1 } }, /`options` to be of the fields/],
  ])('%j is refused with what was expected', (asked, message) => {
    expect(() => decideRequest(asked)).toThrow(invalid(message));
  });

  it('has the codes of the options', () => {
    const asked = (given: object) => (): unknown => decideRequest({ source: { uri: FILE }, options: given });
    const coded = (code: string) => expect.objectContaining({ code }) as Error;
    expect(asked({ language: 'klingon' })).toThrow(coded('LH_LANGUAGE_UNKNOWN'));
    expect(asked({ formats: ['doc'] })).toThrow(coded('LH_FORMAT_UNKNOWN'));
    expect(asked({ text: [{ step: 'rhyme' }] })).toThrow(coded('LH_PIPELINE_INVALID'));
    expect(() => decideRequest({ source: { uri: '/talk.mp3' } })).toThrow(coded('LH_SOURCE_SCHEME'));
  });
});

/** Copies of a request, each with one thing wrong. */
function* damages(value: object): Iterable<unknown> {
  yield { ...value, extra: 1 };
  for (const [name, field] of Object.entries(value) as [string, unknown][]) {
    const isPlain = typeof field === 'object' && field !== null && !Array.isArray(field);
    yield { ...value, [name]: 7 };
    if (isPlain) for (const damaged of damages(field)) yield { ...value, [name]: damaged };
    else if (Array.isArray(field)) yield { ...value, [name]: [...(field as unknown[]), 7] };
  }
}
