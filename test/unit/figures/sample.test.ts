import { expect, it } from 'vitest';
import { chunkDetail, isSampled } from '../../../workers/figures/sample.ts';
import type { ChunkAnswer, ChunkRequest } from '../../../workflows/contract.ts';

const ids = Array.from({ length: 5000 }, (_, index) => `talk-${index}`);

it('none, all, or about the part of the transcriptions is sampled', () => {
  expect(ids.some((id) => isSampled(id, 0))).toBe(false);
  expect(ids.every((id) => isSampled(id, 1))).toBe(true);
  const sampled = ids.filter((id) => isSampled(id, 0.01)).length / ids.length;
  expect(sampled).toBeGreaterThan(0.005);
  expect(sampled).toBeLessThan(0.015);
});

it('a transcription that is in a small part is in every larger one', () => {
  for (const id of ids.filter((each) => isSampled(each, 0.1))) expect(isSampled(id, 0.5)).toBe(true);
});

it('the sections of a transcription are sampled with it', () => {
  for (const id of ids.slice(0, 100)) {
    for (const section of [1, 17]) expect(isSampled(`${id}/${section}`, 0.3)).toBe(isSampled(id, 0.3));
  }
});

it("a chunk's detail has nothing of what was said or asked to be heard", () => {
  const request: ChunkRequest = {
    recording: 'recordings/a',
    chunk: { spans: [[0, 16_000]] },
    rung: { model: 'base', revision: 'r', graph: 5, precision: 'int8', queue: 'gpu.base' },
    decode: { language: 'en', prompt: 'spoken', hotwords: 'spoken' },
  };
  const answer: ChunkAnswer = {
    result: {
      language: 'en',
      languageProbability: 1,
      confidence: 0.9,
      noSpeech: 0,
      temperature: 0,
      segments: [{ start: 0, end: 16_000, text: 'spoken' }],
    },
    run: { attempt: 1, worker: 'w', device: 'cpu', seconds: 2, found: false },
  };
  const detail = chunkDetail(request, answer);
  expect(detail).toMatchObject({ spans: [[0, 16_000]], precision: 'int8', device: 'cpu', segments: 1 });
  expect(JSON.stringify(detail)).not.toContain('spoken');
});
