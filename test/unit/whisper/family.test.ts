import { expect, test } from 'vitest';
import { alignmentHeads } from '../../../models/whisper/alignment-heads.ts';
import { FAMILY, memberOf } from '../../../models/whisper/family.ts';
import type { FamilyMember } from '../../../models/whisper/family.ts';
import type { WhisperDims } from '../../../models/whisper/dims.ts';

const dimsOf = ({ encoderLayers, decoderLayers, width, mels, vocabulary }: FamilyMember): WhisperDims => ({
  ...{ encoderLayers, decoderLayers, width, mels, vocabulary },
  ...{ heads: width / 64, feedForward: 4 * width, audioContext: 1500, textContext: 448 },
});
const named = (name: string) => dimsOf(FAMILY.find((member) => member.name === name)!);

test('a model is known by its sizes; of two with the same, the one others are made from', () => {
  const known = FAMILY.map((member) => [member.name, memberOf(dimsOf(member))!.name]);
  expect(known.filter(([name, found]) => name !== found)).toEqual([
    ['large-v1', 'large-v2'],
    ['distil-large-v3.5', 'distil-large-v3'],
  ]);
  expect(memberOf({ ...named('base'), width: 576 })).toBeUndefined();
});

test('every head that the table names is one of its model', () => {
  for (const member of FAMILY) {
    const { decoderLayers, heads } = dimsOf(member);
    for (const [layer, head] of member.alignmentHeads) {
      expect(layer < decoderLayers && head < heads, `${member.name} ${layer}.${head}`).toBe(true);
    }
  }
});

test('alignment heads: as configured, else as published, else of the last half of the layers', () => {
  const configured = [
    [5, 1],
    [3, 2],
  ] as const;
  expect(alignmentHeads(configured, named('base'))).toEqual([
    [3, 2],
    [5, 1],
  ]);
  expect(alignmentHeads([], named('large-v3-turbo'))).toHaveLength(6);
  expect(alignmentHeads([], named('tiny.en'))[0]).toEqual([1, 0]);
  const lastLayer = Array.from({ length: 20 }, (_, head) => [1, head]);
  expect(alignmentHeads([], named('distil-large-v3'))).toEqual(lastLayer);
});

test('the heads of a teacher are not those of the distilled model', () => {
  const teachers = FAMILY.find(({ name }) => name === 'large-v2')!.alignmentHeads;
  expect(alignmentHeads(teachers, named('distil-large-v2'))).toHaveLength(20);
});
