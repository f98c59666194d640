import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as keys from '../../../activities/store/keys.ts';
import type { Store } from '../../../activities/store/store.ts';
import { deleteTranscription } from '../../../client/delete.ts';
import { GivenStore } from '../../../client/given-store.ts';
import type { Transcription } from '../../../client/index.ts';
import { gate } from '../../support/gate.ts';
import { requestOf } from './bench.ts';
import { makeFakes, SECONDS } from './fakes.ts';
import { Stand, textsIn } from './stand.ts';
import { STORE_KINDS, type KindOfStore } from '../store/kinds.ts';

/** As the server is set up it takes a minute to take away what is deleted. */
const AT_ONCE = ['transferProcessor', 'visibilityProcessor'].flatMap((name) => [
  '--dynamic-config-value',
  `history.${name}UpdateAckInterval="200ms"`,
]);

let kind: KindOfStore;
let stand: Stand;

/** Keys of all that the store holds. */
async function kept(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of stand.store.list('')) keys.push(key);
  return keys.sort();
}

const bytesKept = async (): Promise<number> => {
  let sum = 0;
  for await (const { bytes } of stand.store.list('')) sum += bytes;
  return sum;
};

const out = (name: string): string => join(stand.folder, name);

/** A finished transcription of a source, to the folder of its name. */
async function finished(path: string, name: string): Promise<Transcription> {
  const transcription = await stand.transcribe(path, out(name));
  await transcription.result();
  return transcription;
}

/** Resolves once the server lists no workflow of a transcription. */
const unlisted = (id: string): Promise<void> =>
  expect.poll(() => listed(id), { timeout: 20_000, interval: 200 }).toBe(0);

/** Workflows of a transcription that the server lists. */
async function listed(id: string): Promise<number> {
  let count = 0;
  for await (const execution of stand.bench.client.workflow.list()) {
    if (execution.workflowId === id || execution.workflowId.startsWith(`${id}/`)) count += 1;
  }
  return count;
}

describe.each(STORE_KINDS)('on %s', (_, make) => {
  beforeAll(async () => {
    kind = await make();
    stand = await Stand.start(kind.url, AT_ONCE);
  });
  afterAll(async () => {
    await stand[Symbol.asyncDispose]();
    await kind[Symbol.asyncDispose]();
  });

  describe('a transcription that is deleted', () => {
    it('leaves nothing in the store and on the server, and its outputs unless asked', () =>
      stand.with(async () => {
        const source = await stand.source();
        const transcription = await finished(source, 'first');
        const before = await kept();
        expect(before.filter((key) => key.startsWith('chunks/')).length).toBeGreaterThan(1);

        const { id } = transcription;
        const signs = before.filter((key) => /^(users|derived)\//.test(key)).length;
        const bytes = await bytesKept();
        expect(await stand.longhand.delete(id)).toEqual({
          ...{ id, files: before.length - signs, bytes, executions: 1, sharedWith: [] },
        });
        expect(await kept()).toEqual([]);
        // No folder's name tells of it either.
        expect(await kind.rest()).toEqual([expect.stringMatching(/^\.(tmp|commits-once)$/)]);
        await unlisted(id);
        await expect(stand.longhand.get(id).describe()).rejects.toMatchObject({
          code: 'LH_TRANSCRIPTION_UNKNOWN',
        });
        const texts = await textsIn(out('first'));

        expect(await stand.longhand.delete(id)).toMatchObject({ files: 0, bytes: 0, executions: 0 });

        // The same wish is made from nothing.
        const asked = stand.asked.length;
        const again = await finished(source, 'first');
        expect(stand.asked.slice(asked).sort()).toEqual([...texts].sort());
        expect(await stand.longhand.delete(again.id, { outputs: true })).toMatchObject({ executions: 1 });
        expect(await readdir(out('first'))).toEqual([]);
        expect(await kept()).toEqual([]);
      }));

    it('leaves the recording, and what was heard in it, to another that uses them', () =>
      stand.with(async () => {
        const source = await stand.source();
        const [first, second] = [await finished(source, 'one'), await finished(source, 'two')];
        expect(first.id).not.toBe(second.id);
        const asked = stand.asked.length;

        const deletion = await stand.longhand.delete(first.id);
        expect(deletion.sharedWith).toEqual([second.id]);
        const left = await kept();
        expect(left.some((key) => key.includes(first.id))).toBe(false);
        for (const folder of ['recordings/', 'chunks/', 'plans/', `jobs/${second.id}.`]) {
          expect(left.some((key) => key.startsWith(folder))).toBe(true);
        }
        // What is left serves a third without a device.
        const third = await finished(source, 'three');
        expect(stand.asked).toHaveLength(asked);

        await stand.longhand.delete(second.id);
        expect(await stand.longhand.delete(third.id)).toMatchObject({ sharedWith: [] });
        expect(await kept()).toEqual([]);
      }));

    it('goes in the store also where the server has forgotten it', () =>
      stand.with(async () => {
        const { id } = await finished(await stand.source(), 'forgotten');
        const { client } = stand.bench;
        await client.workflowService.deleteWorkflowExecution({
          namespace: client.options.namespace,
          workflowExecution: { workflowId: id },
        });
        await unlisted(id);
        expect(await stand.longhand.delete(id)).toMatchObject({ executions: 0, sharedWith: [] });
        expect(await kept()).toEqual([]);
      }));

    it('is refused while it runs, and goes once it was cancelled', async () => {
      const { passed: held, open: go } = gate();
      const around = async (name: string, run: () => Promise<unknown>): Promise<unknown> => {
        if (name === 'transcribe') await held;
        return run();
      };
      const id = await stand.with(async () => {
        const transcription = await stand.transcribe(await stand.source(), out('running'));
        await expect.poll(kept, { timeout: 20_000 }).toEqual(expect.arrayContaining([expect.any(String)]));
        await expect(stand.longhand.delete(transcription.id)).rejects.toMatchObject({
          code: 'LH_TRANSCRIPTION_RUNNING',
        });
        await transcription.cancel();
        go();
        await expect(transcription.result()).rejects.toMatchObject({ code: 'LH_CANCELLED' });
        return transcription.id;
      }, around);
      // What ran when it was cancelled may still have committed, until its worker was gone.
      await stand.longhand.delete(id);
      expect(await kept()).toEqual([]);
    });

    it('takes the workflows of its sections along', () => {
      const fakes = makeFakes({ sections: [20 * SECONDS, 20 * SECONDS, 20 * SECONDS] });
      return stand.bench.with(fakes, async () => {
        const handle = await stand.bench.start(requestOf());
        await handle.result();
        expect(await listed(handle.workflowId)).toBe(4);
        expect(await stand.longhand.delete(handle.workflowId)).toMatchObject({ executions: 4 });
        await unlisted(handle.workflowId);
      });
    });

    it('is none of another program’s', async () => {
      const workflow = { workflowId: 'invoice-1', taskQueue: 'invoices', args: [] };
      const handle = await stand.bench.client.workflow.start('invoice', workflow);
      await expect(stand.longhand.delete('invoice-1')).rejects.toMatchObject({
        code: 'LH_TRANSCRIPTION_UNKNOWN',
      });
      await handle.terminate();
      await expect(stand.longhand.delete('invoice-1')).rejects.toMatchObject({
        code: 'LH_TRANSCRIPTION_UNKNOWN',
      });
      await expect(stand.longhand.delete('../jobs')).rejects.toMatchObject({ code: 'LH_OPTION_INVALID' });
    });
  });

  it('a deletion that was cut short anywhere is finished by the next', async () => {
    const { client } = stand.bench;
    const sha256 = 'a'.repeat(64);
    const recording = keys.recordingKey(sha256);
    const values = [
      ...[recording, keys.recordingMetaKey(sha256), keys.sourceKey(sha256), keys.userKey(sha256, 'cut')],
      ...['chunks/ab/1.json', 'chunks/cd/2.json', 'plans/ef/3.json'].flatMap((key) => [
        keys.derivedKey(recording, key),
        key,
      ]),
      ...['source', 'sections/0.json', 'transcript.txt'].map((name) => `jobs/cut.1/${name}`),
    ];
    let cut = 0;
    for (let isWhole = false; !isWhole; cut += 1) {
      for (const key of values) await stand.store.put(key, Buffer.from('x'));
      const place = { client, store: new CutStore(stand.store, cut) };
      isWhole = await deleteTranscription('cut', {}, place).then(
        () => true,
        () => false,
      );
      await stand.longhand.delete('cut');
      expect(await kept(), `after ${cut} deletions`).toEqual([]);
    }
    expect(cut).toBeGreaterThan(values.length);
  });
});

/** A store whose user dies after so many deletions. */
class CutStore extends GivenStore {
  readonly #store: Store;

  constructor(store: Store, deletions: number) {
    super(null);
    let left = deletions;
    this.#store = new Proxy(store, {
      get: (target, name) => {
        if (name === 'delete' && left-- <= 0) return () => Promise.reject(new Error('killed'));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  override open(): Promise<Store> {
    return Promise.resolve(this.#store);
  }
}
