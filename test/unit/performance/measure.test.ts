import { describe, expect, it } from 'vitest';
import type { Answer, Contender, Job } from '../../performance/contenders/contender.ts';
import { errorsOf, measureCold, measureReady, type Task } from '../../performance/measure.ts';

const answer = (texts: readonly string[]): Answer => ({ seconds: 2, texts, shares: null, found: 0 });
const job = (...files: string[]): Job => ({ files, folder: null, language: 'en' });
const task: Task = {
  label: 'two files',
  job: job('a.wav', 'b.wav'),
  references: [
    { text: 'press four', language: 'en' },
    { text: 'thank you very much', language: 'en' },
  ],
  audio: 10,
};

/** A contender that hears the same in every job, and remembers what it was asked. */
function contender(texts: readonly string[]) {
  const asked: string[] = [];
  const one: Contender = {
    name: 'one',
    start: () =>
      Promise.resolve({
        load: 0.5,
        transcribe: ({ files }: Job) => {
          asked.push(files.join());
          return Promise.resolve(answer(texts));
        },
        memory: () => Promise.resolve({ engine: 1, all: 3 }),
        [Symbol.asyncDispose]: () => {
          asked.push('ended');
          return Promise.resolve();
        },
      }),
    cold: () => Promise.resolve(answer(texts)),
  };
  return { one, asked };
}

describe('measureReady', () => {
  it('warms up, times each task, and ends the session', async () => {
    const { one, asked } = contender(['Press 4.', 'Thank very much']);
    const runs = await measureReady(one, [task, task], job('first.wav'));
    expect(asked).toEqual(['first.wav', 'a.wav,b.wav', 'a.wav,b.wav', 'ended']);
    expect(runs).toHaveLength(2);
    expect(runs[0]).toEqual({
      ...{ label: 'two files', contender: 'one', audio: 10, seconds: 2, load: 0.5 },
      ...{ memory: { engine: 1, all: 3 }, shares: null, found: 0, errors: 1, units: 6 },
    });
  });

  it('ends the session of a contender that hears too little', async () => {
    const { one, asked } = contender(['Press 4.']);
    await expect(measureReady(one, [task], job('first.wav'))).rejects.toThrow('2 texts of one, got 1');
    expect(asked.at(-1)).toBe('ended');
  });
});

it('measures what starts from nothing without load and memory', async () => {
  const { one } = contender(['press four', 'thank you very much']);
  const [run] = await measureCold(one, [task]);
  expect(run).toMatchObject({ seconds: 2, load: null, memory: null, errors: 0, units: 6 });
});

it('counts numbers in either way in English only', () => {
  expect(errorsOf('press 4', { text: 'press four', language: 'en' }).errors).toBe(0);
  expect(errorsOf('нажмите 4', { text: 'нажмите four', language: 'ru' }).errors).toBe(1);
});
