import { describe, expect, it } from 'vitest';
import type { Rung } from '../../../workflows/contract.ts';
import {
  activityOptions,
  cpuQueue,
  findRung,
  formatRung,
  modelsOf,
  namesOf,
  parseRung,
} from '../../../workflows/rung.ts';

const rung = (model: string, precision: Rung['precision'], queue: string): Rung => ({
  ...{ model, precision, queue },
  ...{ revision: 'r', graph: 1 },
});
const LADDER = [
  rung('base', 'fp16', 'gpu.base'),
  rung('base', 'int8', 'gpu.base'),
  rung('tiny.en', 'int8', 'gpu.tiny.en'),
  rung('base', 'int8', 'cpu.base'),
];

describe('the name of a rung', () => {
  it('has a precision, before it a model, behind it whether processors that stand by are meant', () => {
    expect(parseRung(' INT8 ')).toEqual({ model: null, precision: 'int8', onCpu: false });
    expect(parseRung('medical@3f2a:int8-fp16@cpu')).toEqual({
      model: 'medical@3f2a',
      precision: 'int8-fp16',
      onCpu: true,
    });
    expect(parseRung('int9')).toBeNull();
  });

  it('is one, whoever gives it', () => {
    for (const name of ['int8', 'tiny.en:int8', 'int8@cpu', 'medical@3f2a:fp16@cpu']) {
      expect(formatRung(parseRung(name)!, 'base')).toBe(name);
    }
    expect(formatRung(parseRung('base:int8')!, 'base')).toBe('int8');
  });

  it('stands behind its number in a ladder, and both find it', () => {
    expect(namesOf(LADDER)).toBe('1 fp16, 2 int8, 3 tiny.en:int8, 4 int8@cpu');
    for (const [index, names] of [
      ['1', 'fp16', 'base:fp16'],
      ['2', 'int8'],
      ['3', 'tiny.en:int8', 'TINY.EN@0d3d:int8'],
      [' 4 ', 'int8@cpu', 'base:int8@cpu'],
    ].entries()) {
      for (const name of names) expect([name, findRung(name, LADDER)]).toEqual([name, index]);
    }
    for (const name of ['0', '5', '-1', '1.5', 'fp32', 'tiny.en:int8@cpu', '', 'base']) {
      expect([name, findRung(name, LADDER)]).toEqual([name, null]);
    }
  });
});

it('a request may need its own model and those of its rungs', () => {
  const ladder = ['int8', 'tiny.en:int8', 'int8@cpu', 'tiny.en@0d3d:int8@cpu'];
  expect(modelsOf({ model: 'medical@3f2a', ladder })).toEqual(['medical', 'tiny.en']);
});

it('a processor that stands by has more time for a chunk than a card', () => {
  expect(activityOptions(LADDER[0]!)).toEqual({ taskQueue: 'gpu.base', startToCloseTimeout: '1h' });
  expect(activityOptions(LADDER[3]!)).toEqual({ taskQueue: cpuQueue('base'), startToCloseTimeout: '6h' });
});
