import { describe, expect, it } from 'vitest';
import { Bench, fp32, int8 } from './bench.ts';

const GUESS = { averageLogProbability: -2 };
const decoded = (bench: Bench) => bench.log.filter((entry) => !/^(load|dispose)/.test(entry));

describe('an EngineRunner given bad texts', () => {
  it('decodes only the window again, without encoding it, at the next temperature in the next batch', async () => {
    const bench = new Bench({ hear: (window, t) => (window === 1 && t < 0.4 ? GUESS : {}) }, 3);
    for (let count = 0; count < 4; count++) bench.submit();
    await bench.settle();
    expect(decoded(bench)).toEqual([
      ...['encode 0', 'encode 1', 'encode 2', 'decode 0 1 2'],
      ...['encode 3', 'decode 1@0.2 3', 'decode 1@0.4'],
    ]);
    expect(bench.answered()).toEqual([0, 2, 3, 1]);
    expect(bench.results().get(1)).toMatchObject({ temperature: 0.4, averageLogProbability: 0 });
    expect(bench.results().get(3)).toMatchObject({ temperature: 0 });
    // It costs its part of each of its batches.
    const [first, second, third] = bench.sent.flatMap((message) =>
      message.type === 'batch' ? [message.batch.took] : [],
    ) as [number, number, number];
    expect(bench.costs()[2]?.took).toBe(second / 2);
    expect(bench.costs()[3]?.took).toBe(first / 3 + second / 2 + third);
  });

  it('answers with the best text where every temperature fails, its loops cut', async () => {
    const bench = new Bench({
      hear: (_, temperature) => ({
        averageLogProbability: temperature === 0.6 ? -1.5 : -2,
        tokens: [7, 8, 7, 8, 7, 8, 7, 8, 9],
      }),
    });
    bench.submit();
    await bench.settle();
    expect(decoded(bench).slice(1)).toEqual([
      'decode 0',
      ...[0.2, 0.4, 0.6, 0.8, 1].map((temperature) => `decode 0@${temperature}`),
    ]);
    expect(bench.results().get(0)).toMatchObject({ temperature: 0.6, tokens: [7, 8, 9] });
    expect([...bench.texts().values()]).toEqual(['7 8 9']);
  });

  it('cuts the words of a loop with it', async () => {
    const tokens = [7, 8, 7, 8, 7, 8, 7, 8, 9];
    const lead = 8_000;
    const heard = tokens.map((_, i) => ({ start: lead + i, end: lead + i + 1, probability: 0.5 }));
    const bench = new Bench({ hear: () => ({ ...GUESS, tokens, heard }) });
    bench.submit(int8, 2, { words: true });
    await bench.settle();
    const { words } = bench.results().get(0)!.segments[0]!;
    expect(words?.map(({ text, start, end }) => [text, start, end])).toEqual([
      ['7', 0, 1],
      ['8', 1, 2],
      ['9', 8, 9],
    ]);
  });

  it('gives no text where likely nobody speaks, and does not try again', async () => {
    const heard = [{ start: 0, end: 1, probability: 0.5 }];
    const bench = new Bench({ hear: () => ({ ...GUESS, noSpeech: 0.9, tokens: [7], heard }) });
    bench.submit();
    await bench.settle();
    expect(decoded(bench)).toEqual(['encode 0', 'decode 0']);
    expect(bench.results().get(0)).toMatchObject({ tokens: [], segments: [] });
  });

  it('gives no text where no temperature gives a likely one and the model doubts that somebody speaks', async () => {
    const bench = new Bench({ hear: () => ({ ...GUESS, noSpeech: 0.5, tokens: [7] }) });
    bench.submit();
    await bench.settle();
    expect(decoded(bench)).toHaveLength(7);
    expect(bench.results().get(0)).toMatchObject({ tokens: [], segments: [] });
  });

  it('takes together to a batch only windows that can run together', async () => {
    const hear = (_: number, temperature: number) => (temperature === 0 ? GUESS : {});
    const bench = new Bench({ hear }, 4);
    bench.submit();
    bench.submit(int8, 2, { prompt: 'Sea of Tranquillity' });
    bench.submit(fp32);
    bench.submit(int8, 2, { hotwords: 'Sea of Tranquillity' });
    bench.submit();
    await bench.settle();
    expect(decoded(bench)).toEqual([
      ...['encode 0', 'encode 4', 'decode 0 4', 'decode 0@0.2 4@0.2'],
      ...['encode 1', 'decode 1', 'decode 1@0.2'],
      ...['encode 2', 'decode 2', 'decode 2@0.2'],
      ...['encode 3', 'decode 3', 'decode 3@0.2'],
    ]);
  });

  it('forgets a window that is cancelled before it is decoded again', async () => {
    const bench = new Bench({ hear: () => GUESS });
    bench.cancelAt('decode 0@0.4', 0);
    bench.submit();
    await bench.settle(1);
    expect(bench.answered()).toEqual([]);
    expect(decoded(bench).at(-1)).toBe('decode 0@0.4');
  });
});
