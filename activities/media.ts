import { activityInfo } from '@temporalio/activity';
import { addedModels } from '../models/added/registry.ts';
import type { SileroVad } from '../models/vad/silero.ts';
import { clock, range } from '../workflows/clock.ts';
import type { MayConnect } from './fetch/allowed.ts';
import { fetchSource } from './fetch/fetch.ts';
import { heartbeating } from './heartbeat.ts';
import { ingest } from './ingest/ingest.ts';
import type { FfmpegPaths } from './media/locate.ts';
import { keepPipeline, keptPipeline } from './pipeline.ts';
import { oneAtATime } from './plan/one-at-a-time.ts';
import { planSection } from './plan/plan.ts';
import { publish } from './publish/publish.ts';
import { look } from './look.ts';
import { knownTexts, recall } from './recall.ts';
import { decideRequest } from './request/decide.ts';
import { checkKey } from './request/own-key.ts';
import { resolveLadder, type Pool } from './resolve.ts';
import { readSection, saveSection } from './save.ts';
import { userKey } from './store/keys.ts';
import type { Store } from './store/store.ts';
import type { MediaActivities } from './types.ts';

interface MediaDependencies {
  /** See `longhandHome`: the models that were added to it can be asked for. */
  readonly home: string;
  readonly store: Store;
  readonly ffmpeg: FfmpegPaths;
  readonly vad: SileroVad;
  readonly pool: Pool;
  /** Where sources may be fetched from. */
  readonly mayConnect: MayConnect;
  /** The worker's identity, as the Temporal UI shows it. */
  readonly worker: string;
  /** Told of a source that was fetched: its bytes. */
  readonly onFetched?: (bytes: number) => void;
}

/** The activities of the media queue. */
export function createMediaActivities({
  home,
  store,
  ffmpeg,
  vad,
  pool,
  mayConnect,
  worker,
  onFetched,
}: MediaDependencies): MediaActivities {
  // Voice activity keeps a thread busy: sections side by side would all be planned late, and all be in memory.
  const inTurn = oneAtATime();
  const markUse = ({ sha256 }: { readonly sha256: string }): Promise<void> =>
    store.mark(userKey(sha256, activityInfo().workflowExecution!.workflowId));
  return {
    decide: (asked) =>
      heartbeating(() => {
        // Keys of the store have it in them.
        checkKey(activityInfo().workflowExecution!.workflowId, 'the workflow ID');
        return Promise.resolve(decideRequest(asked));
      }),
    resolve: (options) => resolveLadder(options, pool, addedModels(home)),
    look: (input) =>
      look(
        input,
        async (queue) => (await pool.precisionsOn(queue)) !== null,
        () => pool.hasBegun(activityInfo().workflowExecution!),
      ),
    fetch: (input) =>
      heartbeating(async (report, signal) => {
        let fetched = 0;
        const onProgress = (bytes: number, total: number | null): void => {
          fetched = bytes;
          report({ fetched: megabytes(bytes), of: total && megabytes(total) });
        };
        const source = await fetchSource(input, { store, mayConnect, signal, onProgress });
        // Before it is looked for: who deletes what nobody uses sees that this one is wanted.
        await markUse(source);
        if (fetched > 0 && !source.uri.startsWith('file:')) onFetched?.(fetched);
        return source;
      }),
    ingest: (source) =>
      heartbeating(async (report, signal) => {
        // Before it is looked for: who deletes recordings in this moment sees that this one is wanted.
        await markUse(source);
        return ingest(source, {
          store,
          ffmpeg,
          signal,
          onProgress: (samples) => report(samples === 0 ? { state: 'reading' } : { decoded: clock(samples) }),
        });
      }),
    plan: (input) =>
      heartbeating((report, signal) => {
        const section = range([[input.start, input.end]]);
        const onProgress = (samples: number): void => report({ section, heard: clock(samples) });
        report({ section, state: 'waiting' });
        return inTurn(() => planSection(input, { store, vad, signal, onProgress }));
      }),
    known: (input) => heartbeating(() => knownTexts(input, store)),
    recall: (request) => heartbeating(() => recall(request, { store, worker })),
    readSection: (place) => heartbeating(() => readSection(place, store)),
    keepPipeline: (input) => heartbeating(() => keepPipeline(input, store)),
    pipeline: (job) => heartbeating(() => keptPipeline(job, store)),
    save: (input) => heartbeating(() => saveSection(input, store)),
    publish: (input) =>
      heartbeating(async (_, signal) => {
        await markUse(input.header.source);
        return publish(input, { store, signal });
      }),
  };
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
