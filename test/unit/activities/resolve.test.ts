import { describe, expect, it } from 'vitest';
import { resolveLadder, type Pool } from '../../../activities/resolve.ts';
import { findModel } from '../../../models/catalogue.ts';
import type { Precision, Rung, TranscriptionOptions } from '../../../workflows/contract.ts';
import { PLAIN } from '../../support/options.ts';

const options: TranscriptionOptions = {
  ...PLAIN,
  language: 'auto',
  model: 'base',
  formats: ['json'],
  out: null,
};

/** Workers on devices of these precisions, which serve no queue but that of the model; `served` adds others. */
const poolOf = (
  precisions: readonly Precision[],
  served: Readonly<Record<string, readonly Precision[]>> = {},
  isCpu = false,
): Pool => ({
  isCpu,
  precisionsOf: () => Promise.resolve(precisions),
  hasBegun: () => Promise.resolve(false),
  precisionsOn: (queue) => Promise.resolve(served[queue] ?? null),
});

/** What tells rungs apart, in short. */
const inShort = (ladder: readonly Rung[]) => ladder.map(({ queue, precision }) => `${queue} ${precision}`);

describe('resolveLadder', () => {
  it('is the devices’ own where the caller names no precision', async () => {
    const ladder = await resolveLadder(options, poolOf(['fp16', 'int8']), []);
    expect(ladder.map(({ precision }) => precision)).toEqual(['fp16', 'int8']);
  });

  it('is the caller’s, on the pinned revision and the queue of the model', async () => {
    const [rung, ...others] = await resolveLadder({ ...options, ladder: ['fp32'] }, poolOf(['int8']), []);
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
    expect(await resolveLadder({ ...options, language: 'ru' }, poolOf(['int8']), [])).toHaveLength(1);
    for (const language of ['xx', 'EN', '']) {
      await expect(resolveLadder({ ...options, language }, poolOf(['int8']), [])).rejects.toMatchObject({
        code: 'LH_LANGUAGE_UNKNOWN',
        details: { language },
      });
    }
  });

  it('is on the version that the request names, or on the current one', async () => {
    const version = (revision: string) => ({ ...findModel('base'), name: 'medical', revision });
    const added = [version('bb22'), version('aa11')];
    const revisionFor = async (model: string) =>
      (await resolveLadder({ ...options, model }, poolOf(['int8']), added)).map((rung) => [
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
    await expect(resolveLadder(wanted, poolOf(['int8']), [])).rejects.toMatchObject({
      code: 'LH_LANGUAGE_UNKNOWN',
      details: { language: 'xx' },
    });
  });

  it('refuses a model outside the catalogue', async () => {
    await expect(resolveLadder({ ...options, model: 'none' }, poolOf(['int8']), [])).rejects.toMatchObject({
      code: 'LH_MODEL_UNKNOWN',
    });
  });

  describe('by default', () => {
    const small = {
      ...findModel('base'),
      name: 'small',
      files: [{ name: 'a', size: 20_000_000, sha256: '' }],
    };
    const served = {
      'gpu.tiny.en': ['fp16', 'int8'],
      'gpu.small': ['fp16', 'int8'],
      'cpu.base': ['int7'],
    } as const;
    const ladderFor = async (wanted: Partial<TranscriptionOptions>, pool: Pool) =>
      inShort(await resolveLadder({ ...options, ...wanted }, pool, [small]));

    it('goes on with a smaller model that can do the same, then with processors that stand by', async () => {
      const pool = poolOf(['fp16', 'int8'], served);
      const own = ['gpu.base fp16', 'gpu.base int8'];
      expect(await ladderFor({}, pool)).toEqual([...own, 'gpu.small int8', 'cpu.base int7']);
      expect(await ladderFor({ language: 'en' }, pool)).toEqual([
        ...own,
        'gpu.tiny.en int8',
        'cpu.base int7',
      ]);
      expect(await ladderFor({ languages: ['de', 'en'] }, pool)).toContain('gpu.small int8');
      expect(await ladderFor({ language: 'en', task: 'translate' }, pool)).toContain('gpu.small int8');
    });

    it('leaves out what nobody serves', async () => {
      expect(await ladderFor({ language: 'en' }, poolOf(['int8']))).toEqual(['gpu.base int8']);
    });
  });

  describe('of a caller', () => {
    it('has rungs on other models and on processors that stand by, none asked for', async () => {
      const ladder = ['fp16', 'tiny.en:int8', 'int8@cpu', 'tiny.en:int8@cpu'];
      expect(inShort(await resolveLadder({ ...options, ladder }, poolOf([]), []))).toEqual([
        'gpu.base fp16',
        'gpu.tiny.en int8',
        'cpu.base int8',
        'cpu.tiny.en int8',
      ]);
    });

    it('has each rung once where the processor is all there is', async () => {
      const ladder = ['int8', 'int8@cpu', 'tiny.en:int8@cpu'];
      const rungs = await resolveLadder({ ...options, ladder }, poolOf(['int8'], {}, true), []);
      expect(inShort(rungs)).toEqual(['gpu.base int8', 'gpu.tiny.en int8']);
    });

    it('is refused where one of its models is unknown, or cannot do what is asked', async () => {
      const refused = (wanted: Partial<TranscriptionOptions>) =>
        resolveLadder({ ...options, ...wanted }, poolOf([]), []);
      await expect(refused({ ladder: ['none:int8'] })).rejects.toMatchObject({ code: 'LH_MODEL_UNKNOWN' });
      await expect(refused({ ladder: ['int8', 'tiny.en:int8'], language: 'de' })).rejects.toMatchObject({
        code: 'LH_LANGUAGE_UNKNOWN',
      });
      await expect(refused({ ladder: ['int4'] })).rejects.toMatchObject({ code: 'LH_OPTION_INVALID' });
    });
  });
});
