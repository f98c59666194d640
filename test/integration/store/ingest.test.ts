import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ingest } from '../../../activities/ingest/ingest.ts';
import { recordingMetaKey, sourceKey } from '../../../activities/store/keys.ts';
import { openStore } from '../../../activities/store/open.ts';
import type { Store } from '../../../activities/store/store.ts';
import { SAMPLE_RATE, type Source } from '../../../workflows/contract.ts';
import { audio, decodeAll, FFMPEG, temporaryFolder } from '../../formats/audio.ts';
import { BUILD_LIMIT, locateMinio, startS3, type S3Server } from '../../support/s3.ts';
import { failed } from '../../unit/store/contract.ts';

const MINIO = await locateMinio();
const TIME_LIMIT = 60_000;
const path = temporaryFolder();

describe.each([
  ['a folder', false],
  ['S3', true],
])('an uploaded source in %s', { timeout: TIME_LIMIT }, (_, isS3) => {
  describe.skipIf(isS3 && 'missing' in MINIO)('becomes a recording', () => {
    let server: S3Server | null = null;
    let bucket = '';
    let stores = 0;
    let store: Store;

    beforeAll(async () => {
      if (!isS3) return;
      server = await startS3(MINIO);
      bucket = await server.bucket();
    }, BUILD_LIMIT);
    afterAll(() => server?.[Symbol.asyncDispose]());
    beforeEach(async () => {
      for (const [name, value] of Object.entries(server?.env ?? {})) vi.stubEnv(name, value);
      stores += 1;
      vi.stubEnv('LONGHAND_HOME', path(`home-${stores}`));
      store = await openStore(isS3 ? `s3://${bucket}/${stores}` : path(`store-${stores}`));
    });
    afterEach(async () => {
      vi.unstubAllEnvs();
      const temporary = path(isS3 ? `home-${stores}/scratch` : `store-${stores}/.tmp`);
      expect(await readdir(temporary)).toEqual([]);
    });

    async function upload(file: string, name = basename(file)): Promise<Source> {
      const sha256 = createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
      await store.putCopy(sourceKey(sha256), file, sha256);
      return { uri: `store:${sourceKey(sha256)}`, name, sha256 };
    }

    // GSM has no header: ffmpeg knows it by its extension alone.
    it.each(['formats/jfk.gsm', 'formats/jfk.ogg'])('with the samples of the file %s', async (file) => {
      const source = await upload(audio(file));
      const { key, samples } = await ingest(source, { store, ffmpeg: FFMPEG });
      const stored = (await store.get(key))!;
      expect(stored).toHaveLength(samples * 2);
      expect(stored.equals(await decodeAll(audio(file)))).toBe(true);
    });

    it.each(['../../../etc/passwd', 'a/b\n\0c', 'ж'.repeat(300)])(
      'whatever its name is: %j',
      async (name) => {
        const { samples } = await ingest(await upload(audio('formats/jfk.ogg'), name), {
          store,
          ffmpeg: FFMPEG,
        });
        expect(samples).toBe(11 * SAMPLE_RATE);
      },
    );

    it('again where the writer died between its two commits', async () => {
      const source = await upload(audio('formats/jfk.ogg'));
      const recording = await ingest(source, { store, ffmpeg: FFMPEG });
      await store.delete(recordingMetaKey(source.sha256));
      await store.delete(sourceKey(source.sha256));
      expect(await ingest(source, { store, ffmpeg: FFMPEG })).toEqual(recording);
    });

    it('but not where it is gone, of other bytes, or no upload', async () => {
      const source = await upload(audio('formats/jfk.ogg'));
      await store.delete(sourceKey(source.sha256));
      const refused = (wrong: Source) => ingest(wrong, { store, ffmpeg: FFMPEG });
      await expect(refused(source)).rejects.toEqual(failed('LH_SOURCE_MISSING', /"jfk\.ogg" at /));
      await store.put(sourceKey(source.sha256), Buffer.from('other'));
      await expect(refused(source)).rejects.toEqual(failed('LH_SOURCE_CHANGED'));
      for (const uri of ['store:recordings/a.pcm', 'store:../a', 'store:', 's3://bucket/a'])
        await expect(refused({ ...source, uri })).rejects.toEqual(failed('LH_SOURCE_SCHEME'));
    });

    it('but not when it is cancelled', async () => {
      const source = await upload(audio('formats/jfk.ogg'));
      const signal = AbortSignal.abort(new Error('cancelled'));
      await expect(ingest(source, { store, ffmpeg: FFMPEG, signal })).rejects.toThrow('cancelled');
      expect(await store.has(`recordings/${source.sha256}.pcm`)).toBe(false);
    });
  });
});
