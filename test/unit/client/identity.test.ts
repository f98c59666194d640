import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workflowIdOf } from '../../../client/identity.ts';
import { FORMATS, PRECISIONS, type TranscriptionRequest } from '../../../workflows/contract.ts';

const request: TranscriptionRequest = {
  source: { uri: 'file:///a/talk.mp3', name: 'talk.mp3', sha256: 'ab'.repeat(32) },
  options: { language: 'auto', model: 'base', precisions: [], formats: ['json', 'srt'], out: null },
};

const named = (name: string) => workflowIdOf({ ...request, source: { ...request.source, name } });

const requests: fc.Arbitrary<TranscriptionRequest> = fc.record({
  source: fc.record({ uri: fc.webUrl(), name: fc.string(), sha256: fc.constantFrom('ab', 'cd') }),
  options: fc.record({
    language: fc.constantFrom('auto', 'en'),
    model: fc.constantFrom('base', 'tiny'),
    precisions: fc.subarray([...PRECISIONS]),
    formats: fc.subarray([...FORMATS], { minLength: 1 }),
    out: fc.constantFrom(null, 'file:///out/'),
  }),
});

/** The same data with the fields of every object in the opposite order. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, member]) => [name, reversed(member)] as const);
  return Object.fromEntries(fields.reverse()) as T;
}

describe('workflowIdOf', () => {
  it('is one ID for one meaning: wherever the bytes lie, in whatever order the fields come', () => {
    fc.assert(
      fc.property(requests, fc.webUrl(), (one, uri) => {
        expect(workflowIdOf(reversed({ ...one, source: { ...one.source, uri } }))).toBe(workflowIdOf(one));
      }),
    );
  });

  it('is another ID when any field that means something differs', () => {
    const { source, options } = request;
    const others: TranscriptionRequest[] = [
      request,
      { source: { ...source, name: 'Talk.mp3' }, options },
      { source: { ...source, sha256: 'cd'.repeat(32) }, options },
      { source, options: { ...options, language: 'en' } },
      { source, options: { ...options, model: 'tiny' } },
      { source, options: { ...options, precisions: ['int8'] } },
      { source, options: { ...options, precisions: ['int8', 'fp32'] } },
      { source, options: { ...options, precisions: ['fp32', 'int8'] } },
      { source, options: { ...options, formats: ['json'] } },
      { source, options: { ...options, out: 'file:///out/' } },
    ];
    expect(new Set(others.map(workflowIdOf)).size).toBe(others.length);
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
    expect(named(name)).toMatch(new RegExp(`^${slug}-[0-9a-f]{16}$`));
  });

  it('is fit for a store key, for any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (name) => {
        expect(named(name)).toMatch(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?-[0-9a-f]{16}$/);
        expect(named(name).length).toBeLessThanOrEqual(57);
      }),
    );
  });
});
