import type { Client } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../activities/store/store.ts';
import { deliver, deliveryFor, type Delivery } from '../../../client/delivery.ts';
import { GivenStore } from '../../../client/given-store.ts';
import { parsePoller } from '../../../client/pollers.ts';
import { PLAIN } from '../../support/options.ts';

const OURS = '0123abcd';
const THEIRS = 'ffff0000';
const LOCAL = 'localhost:7233';
const FAR = 'temporal.example:7233';

describe('deliveryFor', () => {
  it.each<[string, (string | null)[], string, string | null, Delivery]>([
    ['workers of this disk', [OURS], FAR, null, 'shared disk'],
    ['several of them, whatever the store', [OURS, OURS], FAR, 's3://bucket', 'shared disk'],
    ['workers elsewhere', [THEIRS], LOCAL, '/store', 'upload'],
    ['workers here and elsewhere', [OURS, THEIRS], LOCAL, 's3://bucket', 'upload'],
    ['workers that do not say where they are', [null], LOCAL, '/store', 'upload'],
    ['workers elsewhere and no store', [OURS, THEIRS], LOCAL, null, 'impossible'],
    ['no worker yet, a server here', [], LOCAL, null, 'shared disk'],
    ['no worker yet, a server here, a folder', [], '127.0.0.1:7233', '/store', 'shared disk'],
    ['no worker yet, a server here, by IPv6', [], '[::1]:7233', null, 'shared disk'],
    ['no worker yet, a server here, a store that spans machines', [], LOCAL, 's3://bucket', 'upload'],
    ['no worker yet, a server elsewhere', [], FAR, null, 'impossible'],
    ['no worker yet, a server elsewhere, a store', [], FAR, '/mnt/store', 'upload'],
    ['no worker yet, a server whose name begins like an address', [], '127.example:7233', null, 'impossible'],
  ])('%s', (_, spaces, address, store, delivery) => {
    const pollers = spaces.map((space) => ({ space }));
    expect(deliveryFor({ pollers, space: OURS, address, store })).toBe(delivery);
  });
});

describe('deliver', () => {
  it('leaves what a worker fetches as it is, but for a folder that no worker sees', async () => {
    const client = {
      options: { namespace: 'default' },
      workflowService: { describeTaskQueue: () => Promise.resolve({ pollers: [] }) },
    } as unknown as Client;
    const place = { client, signal: new AbortController().signal, store: new GivenStore(null) };
    const options = { ...PLAIN, language: 'auto', model: 'base', formats: [], out: null };
    const remote = { uri: 'secret:TALK', name: 'talk', sha256: null };
    for (const address of [LOCAL, FAR]) {
      expect(await deliver(remote, options, { ...place, address })).toBe(remote);
    }
    const placed = { ...options, out: 'file:///out/' };
    expect(await deliver(remote, placed, { ...place, address: LOCAL })).toBe(remote);
    await expect(deliver(remote, placed, { ...place, address: FAR })).rejects.toMatchObject({
      code: 'LH_OPTION_INVALID',
    });
  });

  it('ends an upload when its signal fires', async () => {
    /** A store whose uploads last until they are ended. */
    class SlowStore extends GivenStore {
      override open(): Promise<Store> {
        const putCopy: Store['putCopy'] = (_key, _path, _sha256, options) =>
          new Promise((_, reject) => {
            options?.signal?.addEventListener('abort', () => reject(options.signal?.reason as Error));
            closing.abort(new Error('closed'));
          });
        return Promise.resolve({ putCopy } as Store);
      }
    }
    const closing = new AbortController();
    const client = {
      options: { namespace: 'default' },
      workflowService: { describeTaskQueue: () => Promise.resolve({ pollers: [] }) },
    } as unknown as Client;
    const source = { uri: 'file:///talk.mp3', name: 'talk.mp3', sha256: '00' };
    const options = { ...PLAIN, language: 'auto', model: 'base', formats: [], out: null };
    const place = { client, address: FAR, store: new SlowStore('/store') };
    await expect(deliver(source, options, { ...place, signal: closing.signal })).rejects.toThrow('closed');
  }, 2000);
});

describe('parsePoller', () => {
  it('reads the space of a media worker, and nothing from another name', () => {
    expect(parsePoller(`media 17@host ${OURS}`).space).toBe(OURS);
    for (const identity of ['17@host', `gpu.cpu 17@host ${OURS}`, `media 17@host ${OURS}0`, '']) {
      expect(parsePoller(identity)).toEqual({ identity, space: null });
    }
  });
});
