import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFolderStore } from '../../../activities/store/folder.ts';
import type { Store } from '../../../activities/store/store.ts';
import { canMount, mountAt } from '../cli/small-disk.ts';
import { Stand, textsIn, type Around } from './stand.ts';

const MOUNTS = canMount();

let stand: Stand;
beforeAll(async () => {
  stand = await Stand.start();
});
afterAll(() => stand[Symbol.asyncDispose]());

/** Does `fault` once, before any activity `step` begins. */
function before(step: string, fault: () => unknown): Around {
  let done: Promise<unknown> | undefined;
  return async (name, run) => {
    if (name === step) await (done ??= Promise.resolve(fault()));
    return run();
  };
}

/** Has a transcription fail with `code`, mends what was broken, and has it made again, which goes on from the store. */
async function failsAndGoesOn(
  code: string,
  around: Around,
  { mend = () => undefined, store }: { mend?: () => unknown; store?: Store } = {},
): Promise<void> {
  const path = await stand.source();
  const out = join(stand.folder, `out-${code}`);
  const asked = stand.asked.length;
  await stand.with(
    async () => {
      const transcription = await stand.transcribe(path, out);
      await expect(transcription.result()).rejects.toMatchObject({ code });
      expect((await transcription.describe()).status).toBe('failed');
      expect(await readdir(out).catch(() => [])).toEqual([]);
      await mend();
      const again = await stand.transcribe(path, out);
      expect(again).toMatchObject({ id: transcription.id, attached: false });
      await again.result();
    },
    around,
    store,
  );
  expect(await readdir(out)).toHaveLength(3);
  expect(await stand.leftovers()).toEqual([]);
  // What the text says, a line a chunk, is what the device was asked for.
  const heard = new Set(stand.asked.slice(asked));
  expect((await textsIn(out)).sort()).toEqual([...heard].sort());
}

it('a disk that takes the recording with it for good fails the run, and the next makes it again under its key', async () => {
  const recordings = join(stand.folder, 'store', 'recordings');
  let names: string[] = [];
  const lose = async () => {
    names = await readdir(recordings);
    await rm(recordings, { recursive: true });
  };
  await failsAndGoesOn('LH_STORE_MISSING', before('transcribe', lose));
  expect((await readdir(recordings)).sort()).toEqual(names.sort());
}, 60_000);

it.skipIf(!MOUNTS)(
  'a store that may not be written any more fails the run, and goes on when it may',
  async () => {
    const folder = join(stand.folder, 'store');
    await using disk = await mountAt(folder, '60m');
    const store = await openFolderStore(folder);
    const mend = () => disk.mayBeWritten(true);
    await failsAndGoesOn(
      'LH_NOT_WRITABLE',
      before('transcribe', () => disk.mayBeWritten(false)),
      { mend, store },
    );
  },
  60_000,
);
