import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMediaActivities } from '../../../activities/media.ts';
import { locateFfmpeg } from '../../../activities/media/locate.ts';
import { openFolderStore } from '../../../activities/store/folder.ts';
import type { MediaActivities } from '../../../activities/types.ts';
import { longhandHome } from '../../../models/home.ts';
import { SileroVad } from '../../../models/vad/silero.ts';
import type { Recording, Source } from '../../../workflows/contract.ts';
import { quietEnvironment } from './environment.ts';

const path = join(import.meta.dirname, '../../audio/en/jfk.flac');

describe('the heartbeats of', () => {
  let folder = '';
  let vad: SileroVad;
  let activities: MediaActivities;
  let source: Source;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longhand-media-'));
    vad = await SileroVad.load();
    activities = createMediaActivities({
      home: '/nowhere',
      store: await openFolderStore(folder),
      ffmpeg: await locateFfmpeg({ home: longhandHome() }),
      vad,
      pool: {
        isCpu: true,
        precisionsOf: () => Promise.resolve(['int8']),
        hasBegun: () => Promise.resolve(false),
        precisionsOn: () => Promise.resolve(null),
      },
      mayConnect: () => false,
      worker: 'media 1@host',
    });
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    source = { uri: pathToFileURL(path).href, name: 'jfk.flac', sha256 };
  });
  afterAll(async () => {
    vad[Symbol.dispose]();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(() => vi.restoreAllMocks());

  /** Runs an activity that heartbeats at every turn of the event loop; all other timers are real. */
  async function beating<T>(activity: () => Promise<T>): Promise<{ result: T; beats: object[] }> {
    const environment = quietEnvironment();
    const beats: object[] = [];
    environment.on('heartbeat', ({ seconds, ...details }: { seconds: number }) => {
      expect(seconds).toBeGreaterThanOrEqual(0);
      beats.push(details);
    });
    let beat = () => undefined as void;
    vi.spyOn(globalThis, 'setInterval').mockImplementationOnce((callback) => {
      beat = callback;
      return setTimeout(() => undefined, 0);
    });
    const result = await environment.run<[], T, () => Promise<T>>(async () => {
      let ended = false;
      const running = activity();
      void running.catch(() => undefined).then(() => (ended = true));
      while (!ended) {
        beat();
        await setImmediate();
      }
      return running;
    });
    return { result, beats };
  }

  it('ingest and plan say what is done, on the recording’s clock', async () => {
    const ingest = await beating(() => activities.ingest(source));
    const recording: Recording = ingest.result;
    expect(ingest.beats).toContainEqual({ state: 'reading' });
    expect(ingest.beats.at(-1)).toEqual({ decoded: '00:11' });

    const input = { recording: recording.key, start: 0, end: recording.samples, language: 'en' };
    const plan = await beating(() => activities.plan(input));
    expect(plan.result).toHaveLength(1);
    expect(plan.beats[0]).toEqual({ section: '00:00–00:11', state: 'waiting' });
    expect(plan.beats.at(-1)).toEqual({ section: '00:00–00:11', heard: '00:11' });
  });
});
