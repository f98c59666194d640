import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../activities/store/canonical.ts';
import { FOLDERS } from '../../../activities/store/key.ts';
import * as keys from '../../../activities/store/keys.ts';
import type { Rung, Span } from '../../../workflows/contract.ts';

const rung: Rung = { model: 'base', revision: 'r1', graph: 1, precision: 'int8', queue: 'gpu.base' };
const identity = { samplesSha256: 'a'.repeat(64), rung, decode: { language: 'auto' } };

describe('canonical JSON', () => {
  it('sorts keys by code units at every depth and keeps the order of lists', () => {
    expect(canonicalJson({ b: [2, 1, { z: null, a: true }], a: 'é"', B: 1e21 })).toBe(
      '{"B":1e+21,"a":"é\\"","b":[2,1,{"a":true,"z":null}]}',
    );
  });

  it('is JSON of the same value, whatever order its keys were set in', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const normal: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(normal))).toEqual(normal);
        expect(canonicalJson(reversed(normal))).toBe(canonicalJson(normal));
      }),
    );
  });

  it.each([undefined, Number.NaN, Infinity, 1n, Symbol('x'), () => 1, { a: undefined }, [undefined]])(
    'refuses %s',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    },
  );
});

/** The same data with the keys of its objects set in reverse. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

describe('keys', () => {
  it('are what was released: stored results are found by them', () => {
    expect(keys.recordingKey('ab')).toBe('recordings/ab.pcm');
    expect(keys.recordingMetaKey('ab')).toBe('recordings/ab.json');
    expect(keys.sectionKey('job-1', 3)).toBe('jobs/job-1/sections/3.json');
    expect(keys.outputKey('job-1', 'srt')).toBe('jobs/job-1/transcript.srt');
    expect(keys.planKey('recordings/ab.pcm', [0, 9_600_000], 480_000, 1)).toMatchInlineSnapshot(
      `"plans/a6/a690559b5a8e7870594308762234167070d9bcad4323e4750532787de1ea098a.json"`,
    );
    expect(keys.chunkKey(identity)).toMatchInlineSnapshot(
      `"chunks/38/38b85f56bdea132115e3ad4d28a20366ada9d2e2c103d7774deb905d97a40f2e.json"`,
    );
  });

  it('begin with the folders by which a store tells its own', () => {
    const section: Span = [0, 1];
    const all = [
      keys.recordingKey('a'),
      keys.recordingMetaKey('a'),
      keys.planKey('a', section, 2, 1),
      keys.chunkKey(identity),
      keys.sectionKey('a', 0),
      keys.sectionReportKey('a', 0),
      keys.outputKey('a', 'srt'),
      keys.sourceKey('a'),
      keys.fetchedKey('a'),
      keys.pipelineKey('a'),
      keys.jobPrefix('a'),
      keys.jobsPrefix('a'),
      keys.userKey('a', 'b'),
      keys.usersPrefix('a'),
      keys.derivedKey('a', 'b'),
      keys.derivedPrefix('a'),
    ];
    // `sourceOf` reads a key.
    expect(all).toHaveLength(Object.keys(keys).length - 1);
    expect([...new Set(all.map((key) => key.split('/')[0]))].sort()).toEqual([...FOLDERS].sort());
  });

  it.each([
    { ...identity, samplesSha256: 'b'.repeat(64) },
    { ...identity, rung: { ...rung, model: 'tiny' } },
    { ...identity, rung: { ...rung, revision: 'r2' } },
    { ...identity, rung: { ...rung, graph: 2 } },
    { ...identity, rung: { ...rung, precision: 'fp32' as const } },
    { ...identity, decode: { language: 'en' } },
    { ...identity, decode: { ...identity.decode, words: true as const } },
  ])('of a chunk change with what decides its text: %j', (other) => {
    expect(keys.chunkKey(other)).not.toBe(keys.chunkKey(identity));
  });

  it('of a chunk do not change with the queue it ran on', () => {
    const elsewhere = { ...identity, rung: { ...rung, queue: 'gpu.elsewhere' } };
    expect(keys.chunkKey(elsewhere)).toBe(keys.chunkKey(identity));
  });

  it('of a plan change with recording, section, shared samples and version', () => {
    const all = [keys.planKey('a', [0, 1], 2, 1), keys.planKey('b', [0, 1], 2, 1)];
    all.push(keys.planKey('a', [0, 2], 2, 1), keys.planKey('a', [1, 1], 2, 1));
    all.push(keys.planKey('a', [0, 1], 1, 1), keys.planKey('a', [0, 1], 2, 2));
    expect(new Set(all).size).toBe(all.length);
  });
});
