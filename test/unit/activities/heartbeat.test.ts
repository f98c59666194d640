import { setTimeout } from 'node:timers/promises';
import { CancelledFailure } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { heartbeating } from '../../../activities/heartbeat.ts';
import { quietEnvironment } from './environment.ts';

function environmentWithBeats() {
  const environment = quietEnvironment();
  const beats: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => beats.push(details));
  return { environment, beats };
}

describe('heartbeating', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('beats every second with what was last reported and the seconds so far, and stops with the work', async () => {
    const { environment, beats } = environmentWithBeats();
    const result = await environment.run(() =>
      heartbeating((report) => {
        vi.advanceTimersByTime(1000);
        report({ samples: 1 });
        report({ samples: 2 });
        vi.advanceTimersByTime(2000);
        return Promise.resolve('done');
      }),
    );
    vi.advanceTimersByTime(10_000);
    expect(result).toBe('done');
    expect(beats).toEqual([{ seconds: 1 }, { samples: 2, seconds: 2 }, { samples: 2, seconds: 3 }]);
  });

  it('stops beating when the work fails, and lets its error through', async () => {
    const { environment, beats } = environmentWithBeats();
    const error = new Error('broken');
    await expect(environment.run(() => heartbeating(() => Promise.reject(error)))).rejects.toBe(error);
    vi.advanceTimersByTime(10_000);
    expect(beats).toEqual([]);
  });

  it('ends as cancelled when it was cancelled, whatever the abort broke', async () => {
    const { environment } = environmentWithBeats();
    const ended = environment.run(() =>
      heartbeating(async (_, signal) => {
        await setTimeout(60_000, undefined, { signal }).catch(() => undefined);
        throw new Error('stream closed');
      }),
    );
    environment.cancel('CANCELLED');
    await expect(ended).rejects.toThrow(CancelledFailure);
  });

  it('keeps a result that was there before the cancel could stop it', async () => {
    const { environment } = environmentWithBeats();
    const ended = environment.run(() => heartbeating(() => setTimeout(20, 'done')));
    environment.cancel('CANCELLED');
    expect(await ended).toBe('done');
  });
});
