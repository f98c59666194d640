import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inUseOf, sweepStore, type Keep } from '../../../activities/retention/sweep.ts';
import { derivedKey, recordingKey, userKey } from '../../../activities/store/keys.ts';
import type { Forgotten } from '../../../activities/store/forget.ts';
import type { Transcription } from '../../../client/index.ts';
import { openTranscriptions } from '../../../activities/payloads/open-transcriptions.ts';
import { gate } from '../../support/gate.ts';
import { Stand, textsIn } from './stand.ts';
import { STORE_KINDS, type KindOfStore } from '../store/kinds.ts';

const DAY = 24 * 3600_000;
const KEEP: Keep = { recordings: 30 * DAY, results: 90 * DAY };

let kind: KindOfStore;
let stand: Stand;

async function kept(prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of stand.store.list(prefix)) keys.push(key);
  return keys.sort();
}

async function sweep(keep: Keep = KEEP): Promise<Forgotten> {
  const inUse = inUseOf(await openTranscriptions(stand.bench.client));
  return sweepStore(keep, { store: stand.store, inUse, now: Date.now() });
}

const folders = async (): Promise<string[]> => [
  ...new Set((await kept()).map((key) => key.replace(/\/.*/, ''))),
];

const transcribe = (path: string, name?: string): Promise<Transcription> =>
  stand.longhand.transcribe(path, {
    ...{ formats: ['json', 'txt'], language: 'en' },
    ...(name !== undefined && { out: join(stand.folder, name) }),
  });

describe.each(STORE_KINDS)('on %s', (_, make) => {
  beforeAll(async () => {
    kind = await make();
    stand = await Stand.start(kind.url);
  });
  afterAll(async () => {
    await stand[Symbol.asyncDispose]();
    await kind[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    for (const key of await kept()) await stand.store.delete(key);
  });

  it(
    'what nobody has used for as long as it is kept goes, and a transcript that is there stays',
    () =>
      stand.with(async () => {
        const source = await stand.source();
        const first = await transcribe(source);
        await first.result();
        const text = await first.read('txt');
        const all = await kept();

        // Nothing is deleted of what is young enough, nor without a time.
        await kind.age(29);
        expect(await sweep()).toEqual({ files: 0, bytes: 0 });
        await kind.age(3650);
        expect(await sweep({ recordings: null, results: null })).toEqual({ files: 0, bytes: 0 });
        expect(await kept()).toEqual(all);

        await kind.age(31);
        expect(await sweep()).toMatchObject({ files: 2 });
        expect(await folders()).toEqual(['chunks', 'derived', 'jobs', 'plans', 'users']);

        // The recording is made anew, without a device: its chunks are there.
        const asked = stand.asked.length;
        const second = await transcribe(source, 'second');
        await second.result();
        expect(stand.asked).toHaveLength(asked);
        expect((await textsIn(join(stand.folder, 'second'))).join(' ')).toBe(
          text.trim().split(/\s+/).join(' '),
        );
        expect(await folders()).toContain('recordings');

        await kind.age(91);
        await sweep();
        const { outputs, job } = await first.result();
        expect(await kept()).toEqual(outputs.map(({ format }) => `jobs/${job}/transcript.${format}`).sort());
        expect(await first.read('txt')).toBe(text);
        expect((await transcribe(source)).attached).toBe(true);

        // What needs what is gone says that it is past its retention.
        const reprocessed = await stand.longhand.reprocess(first.id, { text: [], formats: ['txt'] });
        await expect(reprocessed.result()).rejects.toMatchObject({
          code: 'LH_STORE_MISSING',
          message: expect.stringContaining('past its retention') as string,
        });
        await expect((await transcribe(source, 'third')).result()).resolves.toMatchObject({ gaps: 0 });
      }),
    120_000,
  );

  it('what a run uses anew is young again', () =>
    stand.with(async () => {
      const source = await stand.source();
      await (await transcribe(source, 'a')).result();
      await kind.age(100);
      await (await transcribe(source, 'b')).result();
      const before = await kept('chunks/');
      const { files } = await sweep();
      // Of the first job alone: its section and its report.
      expect(files).toBeGreaterThan(0);
      expect(await kept('chunks/')).toEqual(before);
      expect(await kept('recordings/')).not.toEqual([]);
    }));

  it('nothing goes that an open transcription refers to, however old it looks', async () => {
    const { passed: held, open: go } = gate();
    const source = await stand.source();
    const around = async (name: string, run: () => Promise<unknown>): Promise<unknown> => {
      if (name === 'transcribe') await held;
      return run();
    };
    await stand.with(async () => {
      const open = await transcribe(source, 'open');
      await expect.poll(() => kept('plans/'), { timeout: 20_000 }).not.toEqual([]);
      await kind.age(3650);
      const [user = ''] = (await kept('users/')).filter((key) => key.endsWith(open.id));
      const [, sha256 = ''] = user.split('/');
      expect(user).toBe(userKey(sha256, open.id));
      await sweep();
      expect(await kept('recordings/')).toEqual([`recordings/${sha256}.json`, `recordings/${sha256}.pcm`]);
      expect((await kept('derived/')).every((key) => key.startsWith(`derived/${sha256}/`))).toBe(true);
      expect(await kept('plans/')).toHaveLength(1);
      go();
      await expect(open.result()).resolves.toMatchObject({ gaps: 0 });
    }, around);
  });

  it('more goes than a server lists at once', async () => {
    const recording = recordingKey('a'.repeat(64));
    const chunks = Array.from({ length: 1005 }, (_, index) => `chunks/ab/${index}.json`);
    await stand.store.put(recording, Buffer.from('x'));
    for (const chunk of chunks.slice(-3)) await stand.store.put(chunk, Buffer.from('x'));
    for (let from = 0; from < chunks.length; from += 15) {
      const some = chunks.slice(from, from + 15);
      await Promise.all(some.map((chunk) => stand.store.mark(derivedKey(recording, chunk))));
    }
    await kind.age(91);
    expect(await sweep()).toEqual({ files: 4, bytes: 4 });
    expect(await kept()).toEqual([]);
  });
});
