import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERRORS, LonghandError, type ErrorCode } from '../../../workflows/errors.ts';
import { codedFailure } from '../../../workflows/failures.ts';
import { Bench } from './bench.ts';
import { makeFakes, outOfMemory, said, SECONDS } from './fakes.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(() => bench[Symbol.asyncDispose]());

describe('the ladder', () => {
  it('takes a chunk that does not fit one rung lower, and no other', async () => {
    const fakes = makeFakes({
      ladder: ['fp32', 'int8'],
      transcribe: (request) => {
        if (request.rung.precision === 'fp32' && request.chunk.spans[0]?.[0] === 0) throw outOfMemory();
        return said(request);
      },
    });
    await bench.transcribe(fakes);
    const [transcript] = fakes.saved.values();
    expect(transcript?.chunks.map(({ rung }) => rung?.precision)).toEqual(['int8', 'fp32', 'fp32']);
    expect(fakes.published[0]?.report).toMatchObject({ falls: 1, gaps: 0 });
    const tried = fakes.reports[0]?.chunks.map(({ tries }) =>
      tries.map(({ precision, run, failure }) => [precision, run?.worker, failure?.code]),
    );
    const first = ['fp32', 'test', undefined];
    const fallen = [
      ['fp32', undefined, 'LH_OUT_OF_MEMORY'],
      ['int8', 'test', undefined],
    ];
    expect(tried).toEqual([fallen, [first], [first]]);
    expect(fakes.requests).toHaveLength(4);
  });

  it('marks a gap where every rung is used up, and goes on', async () => {
    const fakes = makeFakes({
      ladder: ['fp32', 'int8'],
      transcribe: (request) => {
        if (request.chunk.spans[0]?.[0] === 20 * SECONDS) throw outOfMemory();
        return said(request);
      },
    });
    const { result } = await bench.transcribe(fakes);
    expect(result).toMatchObject({ segments: 3, gaps: 1, speech: 60 });
    // It went down one rung; behind the last there is none to go down to.
    expect(fakes.published[0]?.report).toMatchObject({ falls: 1, gaps: 1 });
    const [transcript] = fakes.saved.values();
    expect(transcript?.segments[1]).toMatchObject({ start: 20, end: 40, text: '[ERROR: LH_OUT_OF_MEMORY]' });
    expect(transcript?.chunks[1]).toMatchObject({
      temperature: null,
      rung: null,
      gap: { code: 'LH_OUT_OF_MEMORY', message: ERRORS.LH_OUT_OF_MEMORY.meaning },
    });
    expect(fakes.requests).toHaveLength(4);
  });
});

describe('a failure that no retry mends', () => {
  const failing = (code: ErrorCode) => () => Promise.reject(new LonghandError(code, `because of ${code}`));

  it.each([
    ['ingest', [60 * SECONDS], { ingest: failing('LH_AUDIO_NO_SOUND') }, 'LH_AUDIO_NO_SOUND'],
    ['a section of its own', [60 * SECONDS], { plan: failing('LH_NOT_WRITABLE') }, 'LH_NOT_WRITABLE'],
    ['a child', [20 * SECONDS, 20 * SECONDS], { save: failing('LH_NOT_WRITABLE') }, 'LH_NOT_WRITABLE'],
    ['publish', [20 * SECONDS], { publish: failing('LH_NOT_WRITABLE') }, 'LH_NOT_WRITABLE'],
  ] as const)('in %s ends the transcription with its code', async (_, sections, overrides, code) => {
    const error = await bench.transcribe(makeFakes({ sections, overrides })).catch(codedFailure);
    expect(error).toMatchObject({ code, message: `because of ${code}` });
  });

  it('of a chunk ends the transcription with its code', async () => {
    const transcribe = () => {
      throw new LonghandError('LH_ENGINE_INPUT', 'Expected samples');
    };
    const error = await bench.transcribe(makeFakes({ transcribe })).catch(codedFailure);
    expect(error).toMatchObject({ code: 'LH_ENGINE_INPUT', message: 'Expected samples' });
  });
});
