import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textSteps, type TextFlags } from '../../../client/cli/text-steps.ts';

let folder = '';
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-steps-'));
  await Promise.all([
    writeFile(at('one.txt'), 'Longhand\tlong hand\n'),
    writeFile(at('two.csv'), 'write,heard\n长城\nLonghand\n'),
    writeFile(at('empty.txt'), '# nothing\n'),
    writeFile(at('steps.json'), '[{"step":"numbers"},{"step":"script","version":1,"to":"tw"}]'),
    writeFile(at('none.json'), '[]'),
    writeFile(at('object.json'), '{"step":"numbers"}'),
    writeFile(at('unknown.json'), '[{"step":"numbers"},{"step":"number"}]'),
    writeFile(at('option.json'), '[{"step":"numbers","small":true}]'),
    writeFile(at('version.json'), '[{"step":"numbers","version":9}]'),
    writeFile(at('text.json'), 'script\ntw'),
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const said: string[] = [];
const steps = (flags: TextFlags) => textSteps(flags, (remark) => said.push(remark));
const unicode = { step: 'unicode', version: 1 };
const guards = { step: 'guards', version: 1 };
const longhand = { write: 'Longhand', heard: ['long hand'] };
const terms = { step: 'terms', version: 1, case: 'force' };

describe('the steps of a command', () => {
  it('are nobody’s wish where no flag names one', async () => {
    expect(await steps({})).toBeUndefined();
    expect(await steps({ guards: true, explain: true })).toBeUndefined();
  });

  it.each<[TextFlags, object[]]>([
    [{ script: 'tw' }, [{ step: 'script', version: 1, to: 'tw' }]],
    [{ punctuation: 'half' }, [{ step: 'punctuation', version: 1, style: 'half' }]],
    [{ numbers: true }, [{ step: 'numbers', version: 1, large: 'wan' }]],
    [{ largeNumbers: 'digits' }, [{ step: 'numbers', version: 1, large: 'digits' }]],
    [{ removeFillers: true }, [{ step: 'fillers', version: 1 }]],
  ])('are of %j, between those by default', async (flags, own) => {
    expect(await steps({ ...flags, guards: true })).toMatchObject([unicode, ...own, guards]);
  });

  it('are without the guards where those are not wanted', async () => {
    expect(await steps({ guards: false })).toEqual([unicode]);
  });

  it('have the terms of a file, and tell how many it had and in what encoding', async () => {
    said.length = 0;
    const one = { ...terms, terms: [longhand], sound: false };
    expect(await steps({ terms: at('one.txt') })).toEqual([unicode, one, guards]);
    expect(await steps({ terms: at('two.csv'), termsBySound: true })).toMatchObject([
      unicode,
      { step: 'terms', sound: true, terms: [{ write: '长城' }, { write: 'Longhand' }] },
      guards,
    ]);
    expect(said).toEqual([`${at('one.txt')}: 1 term, utf-8`, `${at('two.csv')}: 2 terms, utf-8`]);
  });

  it('stand in their usual order, however they were asked for', async () => {
    const flags: TextFlags = {
      termsBySound: true,
      terms: at('one.txt'),
      removeFillers: true,
      numbers: true,
      punctuation: 'full',
      script: 'cn',
    };
    const names = (await steps(flags))?.map(({ step }) => step);
    expect(names).toEqual(['unicode', 'script', 'punctuation', 'numbers', 'fillers', 'terms', 'guards']);
  });

  it('are those of a file, in its order, with every option decided', async () => {
    expect(await steps({ pipeline: at('steps.json'), guards: true })).toEqual([
      { step: 'numbers', version: 1, large: 'wan', weekdays: false },
      { step: 'script', version: 1, to: 'tw' },
    ]);
    expect(await steps({ pipeline: at('none.json') })).toEqual([]);
  });
});

describe('steps that cannot be', () => {
  it.each<[string, () => TextFlags, string, string]>([
    ['script', () => ({ script: 'latin' }), 'LH_PIPELINE_INVALID', 'cn, t, tw, twp, hk, got "latin"'],
    ['punctuation', () => ({ punctuation: 'none' }), 'LH_PIPELINE_INVALID', 'got "none"'],
    ['numbers', () => ({ largeNumbers: 'words' }), 'LH_PIPELINE_INVALID', 'got "words"'],
    ['no terms', () => ({ terms: at('empty.txt') }), 'LH_TERMS_UNREADABLE', 'empty.txt'],
    ['no file of terms', () => ({ terms: at('none.txt') }), 'LH_TERMS_UNREADABLE', 'found nothing'],
    [
      'terms by sound alone',
      () => ({ termsBySound: true }),
      'LH_OPTION_INVALID',
      '`--terms-by-sound` with `--terms`',
    ],
    [
      'no pipeline',
      () => ({ pipeline: at('away.json') }),
      'LH_PIPELINE_INVALID',
      'away.json, but it cannot be read',
    ],
    ['no JSON', () => ({ pipeline: at('text.json') }), 'LH_PIPELINE_INVALID', 'text.json, but it is no JSON'],
    ['no list', () => ({ pipeline: at('object.json') }), 'LH_PIPELINE_INVALID', 'object.json` to be a list'],
    [
      'an unknown step',
      () => ({ pipeline: at('unknown.json') }),
      'LH_PIPELINE_INVALID',
      'unknown.json[1].step`',
    ],
    [
      'an unknown option',
      () => ({ pipeline: at('option.json') }),
      'LH_PIPELINE_INVALID',
      'option.json[0].small`',
    ],
    [
      'an unknown version',
      () => ({ pipeline: at('version.json') }),
      'LH_PIPELINE_INVALID',
      'version.json[0].version`',
    ],
    [
      'a pipeline and a flag',
      () => ({ pipeline: at('steps.json'), script: 'tw' }),
      'LH_OPTION_INVALID',
      '`--pipeline` by itself',
    ],
    [
      'a pipeline and terms',
      () => ({ pipeline: at('steps.json'), terms: at('one.txt') }),
      'LH_OPTION_INVALID',
      'by itself',
    ],
    [
      'a pipeline and no guards',
      () => ({ pipeline: at('steps.json'), guards: false }),
      'LH_OPTION_INVALID',
      'by itself',
    ],
  ])('are refused: %s', async (_, flags, code, message) => {
    await expect(steps(flags())).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });
});
