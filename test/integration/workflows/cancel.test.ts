import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LonghandError, Transcription } from '../../../client/index.ts';
import { gate } from '../../support/gate.ts';
import { Stand, textsIn, type ActivityName, type Around } from './stand.ts';

const STEPS = ['resolve', 'ingest', 'plan', 'transcribe', 'save', 'publish'] as const;

let stand: Stand;
beforeAll(async () => {
  stand = await Stand.start();
});
afterAll(() => stand[Symbol.asyncDispose]());

/** Holds the first attempt of an activity until it is cancelled, which is told by `reached`, and then has it go on. */
function heldAt(step: ActivityName): { readonly around: Around; readonly reached: Promise<void> } {
  const { passed: reached, open } = gate();
  let isFirst = true;
  const around: Around = async (name, run) => {
    if (name !== step || !isFirst) return run();
    isFirst = false;
    open();
    const beating = setInterval(() => heartbeat(), 100);
    const signal = cancellationSignal();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    clearInterval(beating);
    return run();
  };
  return { around, reached };
}

const statusOf = async (transcription: Transcription) => (await transcription.describe()).status;

describe('a transcription that is cancelled', () => {
  it.each(STEPS)(
    'in %s ends once, leaves nothing, and goes on from the store when it is asked for again',
    async (step) => {
      const path = await stand.source();
      const out = join(stand.folder, `out-${step}`);
      const before = stand.asked.length;
      const { around, reached } = heldAt(step);
      const first = await stand.with(async () => {
        const transcription = await stand.transcribe(path, out);
        await reached;
        // Twice, in the same moment.
        await Promise.all([transcription.cancel(), transcription.cancel()]);
        await expect(transcription.result()).rejects.toMatchObject({ code: 'LH_CANCELLED' });
        expect(await statusOf(transcription)).toBe('cancelled');
        return transcription;
      }, around);
      expect(await stand.leftovers()).toEqual([]);
      expect(await readdir(out).catch(() => [])).toEqual([]);

      await stand.with(async () => {
        const again = await stand.transcribe(path, out);
        expect(again).toMatchObject({ id: first.id, attached: false });
        await again.result();
        expect(await statusOf(again)).toBe('completed');
      });
      // Each chunk was heard once, before the cancel or after it.
      expect((await textsIn(out)).sort()).toEqual(stand.asked.slice(before).sort());
      expect(await readdir(out)).toHaveLength(3);
      expect(await stand.leftovers()).toEqual([]);
    },
  );

  it('as it ends is done or cancelled, once, and stays so', async () => {
    let published = gate();
    const around: Around = async (name, run) => {
      const done = await run();
      if (name === 'publish') published.open();
      return done;
    };
    await stand.with(async () => {
      for (const late of [0, 1, 4, 16, 64]) {
        published = gate();
        const path = await stand.source();
        const out = join(stand.folder, `out-late-${late}`);
        const transcription = await stand.transcribe(path, out);
        await published.passed;
        await setTimeout(late);
        await transcription.cancel();
        const end = await transcription.result().then(
          () => 'completed',
          (error: LonghandError) => error.code,
        );
        expect(['completed', 'LH_CANCELLED']).toContain(end);
        const status = end === 'completed' ? 'completed' : 'cancelled';
        await transcription.cancel();
        expect(await statusOf(transcription)).toBe(status);
        const again = await stand.transcribe(path, out);
        expect(again.attached).toBe(status === 'completed');
        await again.result();
        expect(await readdir(out)).toHaveLength(3);
      }
    }, around);
    expect(await stand.leftovers()).toEqual([]);
  });
});
