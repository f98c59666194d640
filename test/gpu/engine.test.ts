import { describe, expect, it } from 'vitest';
import { EngineProcess } from '../../models/engine/process.ts';
import type { EngineModel } from '../../models/engine/protocol.ts';
import type { WindowResult } from '../../models/whisper/session.ts';
import { realModel } from '../support/real-model.ts';
import { realWindows, startEngine } from '../integration/engine/bench.ts';
import { countErrors } from '../support/error-rate.ts';
import { CUDA, fillCard, MB, startOnCard, usedMemory, usedMemoryBelow, whyNoCuda } from './cuda.ts';

const LIMIT = 300_000;
const reason = await whyNoCuda(() => realModel('fp16'));

const textOf = ({ segments }: WindowResult) => segments.map(({ text }) => text).join(' ');

async function transcribeAll(engine: EngineProcess, model: EngineModel): Promise<WindowResult[]> {
  return Promise.all(realWindows(model, Infinity).map((window) => engine.submit(window)));
}

describe.skipIf(reason !== null)('an engine on a CUDA card', { timeout: LIMIT }, () => {
  /** Kernels round in other ways: of all words (characters of Chinese) so many may differ from the CPU's in fp32. */
  it.each([
    ['fp32', 0.01],
    ['fp16', 0.01],
    ['int8-fp16', 0.05],
  ] as const)('gives the CPU’s text in %s', async (precision, tolerance) => {
    const onCpu = await realModel('fp32');
    await using cpu = await startEngine(onCpu);
    const expected = await transcribeAll(cpu, onCpu);
    const onCard = await realModel(precision);
    await using card = await startOnCard(onCard);
    const came = await transcribeAll(card, onCard);

    expect(came.map(({ language }) => language)).toEqual(expected.map(({ language }) => language));
    const counts = came.map((result, index) => {
      const { language } = result;
      return countErrors(textOf(result), { text: textOf(expected[index]!), language });
    });
    const sum = (of: 'errors' | 'units') => counts.reduce((total, count) => total + count[of], 0);
    expect(sum('units')).toBeGreaterThan(400);
    expect(sum('errors') / sum('units')).toBeLessThanOrEqual(tolerance);
  });

  it.each(['fp16', 'int8-fp16'] as const)(
    'says of windows together, bit for bit, what it says of each alone in %s',
    async (precision) => {
      const model = await realModel(precision);
      await using engine = await startOnCard(model);
      const alone: WindowResult[] = [];
      for (const window of realWindows(model, 10)) alone.push(await engine.submit(window));
      const together = await Promise.all(realWindows(model, 10).map((window) => engine.submit(window)));
      expect(JSON.stringify(together)).toBe(JSON.stringify(alone));
    },
  );

  it('falls from fp32, which a full card does not hold, to 8-bit weights, and recovers', async () => {
    const [above, below] = [await realModel('fp32'), await realModel('int8-fp16')];
    const [window] = realWindows(below, 1);
    // One row at a time: a batch that does not fit is halved before its windows fall.
    const settings = { ...CUDA, batch: 1 };
    const before = await usedMemory();
    let leave = await (async () => {
      await using engine = new EngineProcess(settings, below);
      await engine.ready;
      await engine.submit(window!);
      // Loading takes some more for a moment.
      return (await usedMemory()) - before + 64 * MB;
    })();

    // An arena that grows by doubling holds more than it needs: only trying tells what does not fit.
    for (let hasFallen = false; !hasFallen; leave -= 48 * MB) {
      await usedMemoryBelow(before + 64 * MB);
      const release = await fillCard(leave);
      try {
        await using engine = new EngineProcess(settings, below);
        await engine.ready;
        const first = await engine.submit(window!);
        const [fall] = await Promise.allSettled([engine.submit({ ...window!, model: above })]);
        if (fall.status === 'fulfilled') continue;
        expect(fall.reason).toMatchObject({ code: 'LH_OUT_OF_MEMORY' });
        expect(await engine.submit(window!)).toEqual(first);
        hasFallen = true;
        await release();
        const recovered = await engine.submit({ ...window!, model: above });
        expect(textOf(recovered)).toContain('what your country can do');
      } finally {
        await release();
      }
    }
  });

  it('gives its memory back when it is disposed of', async () => {
    const before = await usedMemory();
    {
      const model = await realModel('fp16');
      await using engine = await startOnCard(model);
      await transcribeAll(engine, model);
      expect(await usedMemory()).toBeGreaterThan(before + 200 * MB);
    }
    expect(await usedMemoryBelow(before + 64 * MB)).toBeLessThanOrEqual(before + 64 * MB);
  });

  it('says so when the card of its number is not there', async () => {
    await using engine = new EngineProcess({ ...CUDA, device: 'cuda:99' }, await realModel('fp16'));
    await expect(engine.ready).rejects.toMatchObject({ code: 'LH_DEVICE_MISSING' });
  });
});
