import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Batch, type Outcome, type Work } from '../../../client/cli/files/batch.ts';

/** The second that a poll has by itself is little on a busy machine. */
const PATIENTLY = { timeout: 8000 };

/** Runs a batch of numbers, each done after as many milliseconds; odd ones fail where `fails` says so. */
function harness(files: readonly number[]) {
  const batch = new Batch<number, string>(files);
  const stop = new AbortController();
  const over = new AbortController();
  const [told, worked] = [[] as string[], [] as number[]];
  const text = (outcome: Outcome<string>) => ('value' in outcome ? outcome.value : String(outcome.error));
  const base: Work<number, string> = {
    atOnce: 2,
    stop: stop.signal,
    over: over.signal,
    work: async (file) => {
      worked.push(file);
      await setTimeout(file);
      return `done ${file}`;
    },
    onEnd: () => undefined,
    tell: (_, outcome) => Promise.resolve(void told.push(text(outcome))),
    concernsAll: () => false,
  };
  return {
    batch,
    stop,
    over,
    told,
    worked,
    run: (how: Partial<typeof base> = {}) => batch.run({ ...base, ...how }),
  };
}

describe('Batch', () => {
  it('tells of files in their order, whichever ends first', async () => {
    const { told, run } = harness([30, 1, 10]);
    await run();
    expect(told).toEqual(['done 30', 'done 1', 'done 10']);
  });

  it('works on as many at once as it may', async () => {
    let [running, most] = [0, 0];
    const { run } = harness([5, 5, 5, 5, 5]);
    await run({
      work: async () => {
        most = Math.max(most, ++running);
        await setTimeout(5);
        running -= 1;
        return '';
      },
    });
    expect(most).toBe(2);
  });

  it('goes on after a failure, and tells of it in its turn', async () => {
    const { told, run, batch } = harness([1, 2, 3]);
    await run({
      work: (file) => (file === 2 ? Promise.reject(new Error('no')) : Promise.resolve(`done ${file}`)),
    });
    expect(told).toEqual(['done 1', 'Error: no', 'done 3']);
    expect(batch.outcomes.size).toBe(3);
  });

  it('ends at an error that concerns all; another run does and tells only the rest', async () => {
    const { told, worked, run } = harness([1, 2, 3]);
    const lost = new Error('lost');
    const work = (file: number) => (file === 1 ? Promise.resolve('done 1') : Promise.reject(lost));
    await expect(run({ work, concernsAll: () => true })).rejects.toBe(lost);
    await run();
    expect(worked).toEqual([2, 3]);
    expect(told).toEqual(['done 1', 'done 2', 'done 3']);
  });

  it('begins nothing after it was stopped, and what fails then does not count', async () => {
    const { told, stop, run, batch } = harness([1, 2, 3]);
    await run({
      atOnce: 1,
      work: async (file) => {
        if (file === 1) return 'done 1';
        stop.abort();
        return Promise.reject(new Error('interrupted'));
      },
    });
    expect(told).toEqual(['done 1']);
    expect([...batch.outcomes.keys()]).toEqual([1]);
    expect(batch.hasWork).toBe(true);
  });

  it('leaves what ended and waits for its turn to the run that takes over, in order and without its work', async () => {
    const { told, worked, stop, over, run } = harness([1, 2, 3]);
    let lose = () => undefined as void;
    const lost = new Promise<never>((_, reject) => (lose = () => reject(new Error('lost'))));
    const ended: number[] = [];
    const first = run({
      atOnce: 3,
      work: (file) => (file === 1 ? lost : Promise.resolve(`done ${file}`)),
      onEnd: (file) => void ended.push(file),
    });
    await expect.poll(() => ended, PATIENTLY).toEqual([2, 3]);
    stop.abort();
    over.abort();
    lose();
    await first;
    expect(told).toEqual([]);
    const { signal } = new AbortController();
    await run({ stop: signal, over: signal });
    expect(worked).toEqual([1]);
    expect(told).toEqual(['done 1', 'done 2', 'done 3']);
  });

  it('tells of what had ended and waits for its turn where the work was stopped for good', async () => {
    const { told, stop, run } = harness([1, 2]);
    const ended: number[] = [];
    let interrupt = () => undefined as void;
    const interrupted = new Promise<never>(
      (_, reject) => (interrupt = () => reject(new Error('interrupted'))),
    );
    const running = run({
      work: (file) => (file === 1 ? interrupted : Promise.resolve(`done ${file}`)),
      onEnd: (file) => void ended.push(file),
    });
    await expect.poll(() => ended, PATIENTLY).toEqual([2]);
    stop.abort();
    interrupt();
    await running;
    expect(told).toEqual(['done 2']);
  });

  it('tells of what had ended before any work', async () => {
    const { told, worked, batch, run } = harness([1, 2]);
    batch.settle(1, { error: 'missing' });
    await run();
    expect(told).toEqual(['missing', 'done 2']);
    expect(worked).toEqual([2]);
  });

  it('rejects with what telling met', async () => {
    const { run } = harness([1, 2]);
    await expect(run({ tell: () => Promise.reject(new Error('closed')) })).rejects.toThrow('closed');
  });
});
