import { describe, expect, it } from 'vitest';
import { resolveLadder } from '../../../activities/resolve.ts';
import { findModel } from '../../../models/catalogue.ts';
import type { Precision, TranscriptionOptions } from '../../../workflows/contract.ts';
import { PLAIN } from '../../support/options.ts';

const options: TranscriptionOptions = {
  ...PLAIN,
  language: 'auto',
  model: 'base',
  precisions: [],
  formats: ['json'],
  out: null,
};

const ladderOf =
  (...precisions: Precision[]) =>
  () =>
    Promise.resolve(precisions);

describe('resolveLadder', () => {
  it('is the devices’ own where the caller names no precision', async () => {
    const ladder = await resolveLadder(options, ladderOf('fp16', 'int8'), []);
    expect(ladder.map(({ precision }) => precision)).toEqual(['fp16', 'int8']);
  });

  it('is the caller’s, on the pinned revision and the queue of the model', async () => {
    const [rung, ...others] = await resolveLadder({ ...options, precisions: ['fp32'] }, ladderOf('int8'), []);
    expect(rung).toMatchObject({
      model: 'base',
      revision: findModel('base').revision,
      precision: 'fp32',
      queue: 'gpu.base',
    });
    expect(rung?.graph).toBeGreaterThanOrEqual(1);
    expect(others).toEqual([]);
  });

  it('takes a language of the model, and refuses any other', async () => {
    expect(await resolveLadder({ ...options, language: 'ru' }, ladderOf('int8'), [])).toHaveLength(1);
    for (const language of ['xx', 'EN', '']) {
      await expect(resolveLadder({ ...options, language }, ladderOf('int8'), [])).rejects.toMatchObject({
        code: 'LH_LANGUAGE_UNKNOWN',
        details: { language },
      });
    }
  });

  it('is on the version that the request names, or on the current one', async () => {
    const version = (revision: string) => ({ ...findModel('base'), name: 'medical', revision });
    const added = [version('bb22'), version('aa11')];
    const revisionFor = async (model: string) =>
      (await resolveLadder({ ...options, model }, ladderOf('int8'), added)).map((rung) => [
        rung.model,
        rung.revision,
        rung.queue,
      ]);
    expect(await revisionFor('medical')).toEqual([['medical', 'bb22', 'gpu.medical']]);
    expect(await revisionFor('medical@aa')).toEqual([['medical', 'aa11', 'gpu.medical']]);
    await expect(revisionFor('medical@cc')).rejects.toMatchObject({
      code: 'LH_MODEL_UNKNOWN',
      message: 'Expected a version of medical (`bb22`, `aa11`), but got `medical@cc`.',
    });
  });

  it('refuses a language that is allowed but not the model’s', async () => {
    const wanted = { ...options, languages: ['en', 'xx'] };
    await expect(resolveLadder(wanted, ladderOf('int8'), [])).rejects.toMatchObject({
      code: 'LH_LANGUAGE_UNKNOWN',
      details: { language: 'xx' },
    });
  });

  it('refuses a model outside the catalogue', async () => {
    await expect(resolveLadder({ ...options, model: 'none' }, ladderOf('int8'), [])).rejects.toMatchObject({
      code: 'LH_MODEL_UNKNOWN',
    });
  });
});
