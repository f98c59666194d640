import type { Client } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { Calls } from '../../../client/calls.ts';

const client = {
  connection: { close: () => Promise.resolve() },
  /** As the SDK does: what is waited for rejects once the signal fires. */
  withAbortSignal: (signal: AbortSignal, act: () => Promise<unknown>) =>
    Promise.race([
      act(),
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    ]),
} as unknown as Client;

const never = (): Promise<never> => new Promise(() => undefined);

describe('Calls.outlast', () => {
  it('says whether what is waited for ended, well or not, or was given up', async () => {
    const calls = new Calls(client);
    expect(await calls.outlast(() => Promise.resolve(1), 60_000)).toBe(true);
    expect(await calls.outlast(() => Promise.reject(new Error('cancelled')), 60_000)).toBe(true);
    expect(await calls.outlast(never, 20)).toBe(false);
  });

  it('rejects when the client closes', async () => {
    const calls = new Calls(client);
    const waiting = calls.outlast(never, 60_000);
    await Promise.all([
      expect(waiting).rejects.toMatchObject({ code: 'LH_SERVER_UNREACHABLE' }),
      calls.close(),
    ]);
  }, 2000);
});
