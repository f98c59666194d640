import { describe, expect, it } from 'vitest';
import { resolveLadder } from '../../../activities/resolve.ts';
import { findModel } from '../../../models/catalogue.ts';
import type { TranscriptionOptions } from '../../../workflows/contract.ts';

const options: TranscriptionOptions = {
  language: 'auto',
  model: 'base',
  precisions: [],
  formats: ['json'],
  out: null,
};

describe('resolveLadder', () => {
  it('is the device’s own where the caller names no precision', () => {
    const ladder = resolveLadder(options, ['fp16', 'int8']);
    expect(ladder.map(({ precision }) => precision)).toEqual(['fp16', 'int8']);
  });

  it('is the caller’s, on the pinned revision and the queue of the model', () => {
    const [rung, ...others] = resolveLadder({ ...options, precisions: ['fp32'] }, ['int8']);
    expect(rung).toMatchObject({
      model: 'base',
      revision: findModel('base').revision,
      precision: 'fp32',
      queue: 'gpu.base',
    });
    expect(rung?.graph).toBeGreaterThanOrEqual(1);
    expect(others).toEqual([]);
  });

  it('refuses a model outside the catalogue', () => {
    expect(() => resolveLadder({ ...options, model: 'none' }, ['int8'])).toThrow(
      expect.objectContaining({ code: 'LH_MODEL_UNKNOWN' }),
    );
  });
});
