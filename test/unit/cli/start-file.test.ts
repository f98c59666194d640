import { describe, expect, it } from 'vitest';
import { startFile } from '../../../client/cli/files/start-file.ts';
import type { Transcription } from '../../../client/transcription.ts';
import { LonghandError, type ErrorCode } from '../../../workflows/errors.ts';
import { gate } from '../../support/gate.ts';

/** A client whose first call is refused with `code`. */
function refusing(code: ErrorCode) {
  const calls: string[] = [];
  const transcribe = (path: string | URL): Promise<Transcription> => {
    calls.push(String(path));
    if (calls.length === 1) return Promise.reject(new LonghandError(code, 'no'));
    return Promise.resolve({ id: 'talk' } as Transcription);
  };
  return { calls, longhand: { transcribe } };
}

describe('startFile', () => {
  it('asks again once the workers are ready where they were still on their way', async () => {
    const { calls, longhand } = refusing('LH_WORKERS_AWAY');
    const { passed: ready, open: arrive } = gate();
    const starting = startFile('talk.mp3', {}, { longhand, ready });
    await new Promise(setImmediate);
    expect(calls).toHaveLength(1);
    arrive();
    expect(await starting).toMatchObject({ id: 'talk' });
    expect(calls).toHaveLength(2);
  });

  it('hands on any other error', async () => {
    const { calls, longhand } = refusing('LH_SOURCE_MISSING');
    const starting = startFile('talk.mp3', {}, { longhand, ready: Promise.resolve() });
    await expect(starting).rejects.toMatchObject({ code: 'LH_SOURCE_MISSING' });
    expect(calls).toHaveLength(1);
  });
});
