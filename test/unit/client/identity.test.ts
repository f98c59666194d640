import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkKey } from '../../../activities/request/own-key.ts';
import { isIdOf, requestHash, workflowIdOf } from '../../../client/identity.ts';
import { FORMATS, GAP_POLICIES, PRECISIONS, type TranscriptionRequest } from '../../../workflows/contract.ts';
import { PLAIN } from '../../support/options.ts';

const request: TranscriptionRequest = {
  source: { uri: 'file:///a/talk.mp3', name: 'talk.mp3', sha256: 'ab'.repeat(32) },
  options: { ...PLAIN, language: 'auto', model: 'base', formats: ['json', 'srt'], out: null },
  tenant: null,
};

const day = new Date('2026-02-03T23:59:59.999Z');
const named = (name: string) => workflowIdOf({ ...request, source: { ...request.source, name } }, day);

const requests: fc.Arbitrary<TranscriptionRequest> = fc.record({
  source: fc.record({ uri: fc.webUrl(), name: fc.string(), sha256: fc.constantFrom('ab', 'cd') }),
  options: fc.record({
    language: fc.constantFrom('auto', 'en'),
    languages: fc.subarray(['de', 'en', 'zh']),
    languagePer: fc.constantFrom('chunk', 'file'),
    task: fc.constantFrom('transcribe', 'translate'),
    prompt: fc.constantFrom(null, 'Kubernetes'),
    hotwords: fc.constantFrom(null, 'Kubernetes'),
    words: fc.boolean(),
    model: fc.constantFrom('base', 'tiny'),
    ladder: fc.subarray([...PRECISIONS]),
    gaps: fc.constantFrom(...GAP_POLICIES),
    formats: fc.subarray([...FORMATS], { minLength: 1 }),
    out: fc.constantFrom(null, 'file:///out/'),
  }),
  tenant: fc.constantFrom(null, 'acme'),
});

/** The same data with the fields of every object in the opposite order. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, member]) => [name, reversed(member)] as const);
  return Object.fromEntries(fields.reverse()) as T;
}

describe('requestHash', () => {
  it('is one hash for one meaning: wherever the bytes lie, in whatever order the fields come', () => {
    fc.assert(
      fc.property(requests, fc.webUrl(), (one, uri) => {
        expect(requestHash(reversed({ ...one, source: { ...one.source, uri } }))).toBe(requestHash(one));
      }),
    );
  });

  it('is another hash when any field that means something differs', () => {
    const { source, options } = request;
    const left = { recording: { key: '', samples: 0, sectionEnds: [] }, ladder: [], language: null };
    const others: TranscriptionRequest[] = [
      request,
      { ...request, source: { ...source, name: 'Talk.mp3' } },
      { ...request, source: { ...source, sha256: 'cd'.repeat(32) } },
      { ...request, source: { name: source.name, uri: 'secret:ONE', sha256: null } },
      { ...request, source: { name: source.name, uri: 'secret:TWO', sha256: null } },
      { ...request, options: { ...options, language: 'en' } },
      { ...request, options: { ...options, model: 'tiny' } },
      { ...request, options: { ...options, ladder: ['int8'] } },
      { ...request, options: { ...options, ladder: ['int8', 'fp32'] } },
      { ...request, options: { ...options, ladder: ['fp32', 'int8'] } },
      { ...request, options: { ...options, formats: ['json'] } },
      { ...request, options: { ...options, out: 'file:///out/' } },
      { ...request, tenant: 'acme' },
      { ...request, tenant: '' },
      { ...request, reprocess: { ...left, job: 'one' } },
      { ...request, reprocess: { ...left, job: 'two' } },
    ];
    expect(new Set(others.map(requestHash)).size).toBe(others.length);
  });
});

describe('workflowIdOf', () => {
  it('is a slug, the UTC day, and the first digits of the hash', () => {
    const digits = requestHash(request).slice(0, 10);
    expect(workflowIdOf(request, day)).toBe(`talk-2026-02-03-${digits}`);
    expect(workflowIdOf(request, new Date(day.getTime() + 1))).toBe(`talk-2026-02-04-${digits}`);
  });

  it.each([
    ['talk.mp3', 'talk'],
    ['My Talk (final).v2.mp3', 'my-talk-final-v2'],
    ['Élan à Besançon.wav', 'elan-a-besancon'],
    ['会议录音.wav', 'audio'],
    ['会议 2024.wav', '2024'],
    ['🎙️.m4a', 'audio'],
    ['🎙️ café.m4a', 'cafe'],
    ['../x', 'x'],
    ['..', 'audio'],
    ['.mp3', 'mp3'],
    ['', 'audio'],
    [`${'long '.repeat(50)}.mp3`, 'long-long-long-long-long-long-long-long'],
  ])('puts a readable slug of %j in front', (name, slug) => {
    expect(named(name)).toMatch(new RegExp(`^${slug}-2026-02-03-[0-9a-f]{10}$`));
  });

  it('is fit for a store key, for any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (name) => {
        expect(named(name)).toMatch(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?-2026-02-03-[0-9a-f]{10}$/);
        expect(named(name).length).toBeLessThanOrEqual(68);
      }),
    );
  });
});

describe('isIdOf', () => {
  it('knows the IDs of a request on every day, and no other', () => {
    fc.assert(
      fc.property(
        requests,
        fc.date({ min: new Date('2020-01-01'), max: new Date('2120-01-01'), noInvalidDate: true }),
        (one, any) => {
          expect(isIdOf(workflowIdOf(one, any), one)).toBe(true);
        },
      ),
    );
    const id = workflowIdOf(request, day);
    for (const other of [
      `${id}0`,
      `x${id}`,
      id.replace('2026-02-03', '2026-02-31'),
      id.replace('talk', 'walk'),
      'talk',
      '',
    ]) {
      expect(isIdOf(other, request), other).toBe(false);
    }
    expect(isIdOf(id, { ...request, tenant: 'acme' })).toBe(false);
  });
});

describe('checkKey', () => {
  it.each(['a', '0', 'order-17', 'a.b_c-d', 'x'.repeat(120)])('takes %j', (key) => {
    expect(checkKey(key)).toBe(key);
  });

  it.each(['', 'A', 'Order', '-a', '.a', '_a', 'a..b', 'a/b', 'a b', 'é', 'a\n', 'x'.repeat(121)])(
    'refuses %j',
    (key) => {
      expect(() => checkKey(key)).toThrow(expect.objectContaining({ code: 'LH_OPTION_INVALID' }));
    },
  );
});
