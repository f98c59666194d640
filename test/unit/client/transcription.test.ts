import type { Client } from '@temporalio/client';
import { expect, it } from 'vitest';
import type { Store } from '../../../activities/store/store.ts';
import { Calls } from '../../../client/calls.ts';
import { GivenStore } from '../../../client/given-store.ts';
import { Run } from '../../../client/run.ts';
import { Transcription } from '../../../client/transcription.ts';

/** A client of a server on which a transcription runs without end. */
const client = {
  options: { namespace: 'default' },
  withAbortSignal: (_: AbortSignal, act: () => Promise<unknown>) => act(),
  workflow: { getHandle: () => ({ result: () => new Promise<never>(() => undefined) }) },
} as unknown as Client;

it('a signal that fires while `follow` opens the store ends it', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  class AbortingStore extends GivenStore {
    override open(): Promise<Store> {
      controller.abort(reason);
      return Promise.resolve({} as Store);
    }
  }
  const shared = { client, calls: new Calls(client), store: new AbortingStore('/store') };
  const run = new Run(shared, 'talk', '0a1b2c3d-0000-4000-8000-0123456789ab');
  const transcription = new Transcription(shared, 'talk', { run, attached: false });
  await expect(transcription.follow({ signal: controller.signal }).next()).rejects.toBe(reason);
}, 2000);
