import { describe, expect, it } from 'vitest';
import { look } from '../../../activities/look.ts';
import type { LookInput } from '../../../activities/types.ts';
import { quietEnvironment } from './environment.ts';

/** One attempt that finds the queue as told, after what the attempt before left; null where it resolves. */
async function attempt(until: LookInput['until'], isServed: boolean, before?: object, hasBegun = false) {
  const environment = quietEnvironment({}, { heartbeatDetails: before });
  let left: unknown = null;
  environment.on('heartbeat', (details: unknown) => void (left = details));
  const error = await environment
    .run(() =>
      look(
        { queue: 'gpu.base', until },
        () => Promise.resolve(isServed),
        () => Promise.resolve(hasBegun),
      ),
    )
    .then(
      () => null,
      (thrown: unknown) => thrown,
    );
  return { error, left };
}

describe('a look at a task queue', () => {
  it('that waits for a worker is made again until one is there', async () => {
    expect(await attempt('served', false)).toMatchObject({
      error: { code: 'LH_QUEUE_UNSERVED', message: 'No worker serves the task queue gpu.base' },
    });
    expect(await attempt('served', true)).toEqual({ error: null, left: null });
  });

  it('takes three in a row for nobody, whatever became of the workers that looked', async () => {
    let left: unknown;
    for (const absences of [1, 2]) {
      const seen = await attempt('unserved', false, left as object);
      expect(seen).toMatchObject({ error: { code: 'LH_QUEUE_UNSERVED' }, left: { absences } });
      left = seen.left;
    }
    expect((await attempt('unserved', false, left as object)).error).toBeNull();
  });

  it('takes nobody for absent while a chunk is being transcribed: a worker at work asks for nothing', async () => {
    expect(await attempt('unserved', false, { absences: 2 }, true)).toMatchObject({
      error: { code: 'LH_QUEUE_UNSERVED' },
      left: { absences: 0 },
    });
    expect((await attempt('served', false, undefined, true)).error).not.toBeNull();
  });

  it('begins to count again where it found somebody', async () => {
    expect(await attempt('unserved', true, { absences: 2 })).toMatchObject({
      error: { code: 'LH_QUEUE_UNSERVED' },
      left: { absences: 0 },
    });
  });
});
