import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveSection } from '../../../activities/save.ts';
import { openFolderStore } from '../../../activities/store/folder.ts';
import type { Store } from '../../../activities/store/store.ts';
import { requestHash } from '../../../client/identity.ts';
import { canonicalOptions } from '../../../activities/request/options.ts';
import { fileSource } from '../../../client/source.ts';
import { startOrAttach } from '../../../client/start.ts';
import { Longhand, type FollowEvent, type Transcription } from '../../../client/index.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/search-attributes.ts';
import { gate } from '../../support/gate.ts';
import { audio } from '../cli/command.ts';
import { Bench } from '../workflows/bench.ts';
import { makeFakes, said, SECONDS, type Fakes, type Scenario } from '../workflows/fakes.ts';
import { Looks } from '../workflows/looks.ts';

const SECTIONS = 6;

let bench: Bench;
let folder = '';
let store: Store;
let longhand: Longhand;

beforeAll(async () => {
  const attributes = Object.values(SEARCH_ATTRIBUTES).flatMap(({ name }) => [
    '--search-attribute',
    `${name}=Keyword`,
  ]);
  bench = await Bench.start(...attributes);
  folder = await mkdtemp(join(tmpdir(), 'longhand-sections-'));
  store = await openFolderStore(join(folder, 'store'));
  longhand = new Longhand({ address: bench.server.address, store: join(folder, 'store') });
});

afterAll(async () => {
  await longhand.close();
  await bench[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Fakes of a long recording that save their sections in a real store. */
function longRecording(scenario: Scenario = {}): Fakes {
  return makeFakes({
    sections: Array<number>(SECTIONS).fill(60 * SECONDS),
    transcribe: async (request) => {
      await setTimeout(20);
      return said(request);
    },
    ...scenario,
    overrides: { save: (input) => saveSection(input, store), ...scenario.overrides },
  });
}

let sources = 0;

/** Starts the transcription of a source that no test had before. */
async function transcribe(): Promise<Transcription> {
  sources += 1;
  const path = join(folder, `long-${sources}.flac`);
  await copyFile(audio('en/jfk.flac'), path);
  return longhand.transcribe(path, { formats: ['txt'] });
}

const sectionsIn = (events: readonly FollowEvent[]): number[] =>
  events.flatMap((event) => (event.type === 'section' ? [event.section] : []));

describe('a transcription of several sections', () => {
  it('is followed in order, and on from each of its cursors in another process', async () => {
    await bench.with(longRecording(), async () => {
      const transcription = await transcribe();
      const events: FollowEvent[] = [];
      for await (const event of transcription.follow({ interval: 20 })) events.push(event);
      expect(sectionsIn(events)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(events.at(-1)?.type).toBe('done');
      const texts = events.flatMap((event) =>
        event.type === 'section' ? event.transcript.segments.map(({ text }) => text) : [],
      );
      const starts = Array.from({ length: 3 * SECTIONS }, (_, chunk) => `from ${chunk * 20 * SECONDS}`);
      expect(texts).toEqual(starts);

      await using other = new Longhand({ address: bench.server.address, store: join(folder, 'store') });
      for (const [index, { cursor }] of events.entries()) {
        const rest: FollowEvent[] = [];
        for await (const event of other.get(transcription.id).follow({ cursor })) rest.push(event);
        const before = sectionsIn(events.slice(0, index + 1));
        expect([...before, ...sectionsIn(rest)]).toEqual([0, 1, 2, 3, 4, 5]);
        expect(rest.at(-1)).toEqual(events.at(-1));
      }
    });
  });

  it('is followed on in its own run where it has been made again since', async () => {
    await bench.with(longRecording(), async () => {
      const first = await transcribe();
      const started = first.follow({ interval: 20 });
      const { value } = await started.next();
      await started.return();
      const result = await first.result();
      const path = join(folder, `long-${sources}.flac`);
      // Its outputs are nowhere: it is made again.
      const second = await longhand.transcribe(path, { formats: ['txt'] });
      expect(second).toMatchObject({ id: first.id, attached: false });
      await second.result();

      const cursor = (value as FollowEvent).cursor;
      let last: FollowEvent | undefined;
      for await (const event of second.follow({ cursor })) last = event;
      expect(last).toMatchObject({ type: 'done', result: { job: result.job } });
      expect((await second.result()).job).not.toBe(result.job);
    });
  });

  it('never goes back in its progress, and counts each sample', async () => {
    const looks = new Looks<number>();
    const { seen } = looks;
    const sections = 7;
    const watched = longRecording({
      sections: Array<number>(sections).fill(60 * SECONDS),
      transcribe: async (request) => {
        await looks.next();
        return said(request);
      },
      overrides: {
        save: async (input) => {
          await looks.next();
          await saveSection(input, store);
        },
      },
    });
    await bench.with(watched, async () => {
      const transcription = await transcribe();
      await looks.during(transcription.result(), async () => {
        const { committed, total, sectionsDone } = await transcription.progress();
        expect(committed).toBeLessThanOrEqual(total);
        expect(sectionsDone).toBeLessThanOrEqual(sections);
        return committed;
      });
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      // Nothing, what the first three have, what the next three have, and all: it was looked at in each.
      expect(new Set(seen).size).toBeGreaterThan(3);
      const total = sections * 60 * SECONDS;
      expect(await transcription.progress()).toMatchObject({ phase: 'done', committed: total, total });
    });
  });

  it('shows the last of its text while it runs', async () => {
    const { passed: held, open: go } = gate();
    const last = SECTIONS * 60 * SECONDS - 20 * SECONDS;
    const fakes = longRecording({
      transcribe: async (request) => {
        if (request.chunk.spans[0]?.[0] === last) await held;
        return said(request);
      },
    });
    await bench.with(fakes, async () => {
      const transcription = await transcribe();
      await expect
        .poll(() => transcription.preview(), { timeout: 20_000 })
        .toMatch(new RegExp(`from 0\n(.*\n)*from ${last - 20 * SECONDS}\\b`));
      go();
      await transcription.result();
      expect((await transcription.preview()).split('\n').at(-1)).toBe(`from ${last}`);
    });
  });

  it('that is cancelled gives what was finished, then says so', async () => {
    const { passed: held, open: go } = gate();
    const fakes = longRecording({
      transcribe: async (request) => {
        if ((request.chunk.spans[0]?.[0] ?? 0) >= 120 * SECONDS) await held;
        return said(request);
      },
    });
    await bench.with(fakes, async () => {
      const transcription = await transcribe();
      const events: FollowEvent[] = [];
      const following = (async () => {
        for await (const event of transcription.follow({ interval: 20 })) {
          events.push(event);
          if (sectionsIn(events).length === 2) await transcription.cancel();
        }
      })();
      await expect(following).rejects.toMatchObject({ code: 'LH_CANCELLED' });
      expect(sectionsIn(events)).toEqual([0, 1]);
      await expect(transcription.result()).rejects.toMatchObject({ code: 'LH_CANCELLED' });
      expect(await transcription.describe()).toMatchObject({ status: 'cancelled', phase: 'transcribe' });
      go();
    });
  });
});

describe('a request made on another day', () => {
  it('is found by its search attribute, whatever its ID begins with', async () => {
    const options = { formats: ['txt'], tenant: 'acme' } as const;
    const path = join(folder, 'another-day.flac');
    await copyFile(audio('en/jfk.flac'), path);
    const request = {
      source: await fileSource(path),
      options: canonicalOptions(options),
      tenant: options.tenant,
    };
    const { runId, handle } = await startOrAttach(bench.client, request, {
      filesAreThere: () => Promise.resolve(true),
      outlast: () => Promise.resolve(true),
      now: new Date('2020-02-29T12:00:00Z'),
    });
    expect(handle.workflowId).toMatch(/^another-day-2020-02-29-/);
    const query = `${SEARCH_ATTRIBUTES.request.name} = '${requestHash(request)}'`;
    await expect
      .poll(async () => (await bench.client.workflow.count(query)).count, { timeout: 20_000 })
      .toBe(1);
    const found = await longhand.transcribe(path, options);
    expect(found).toMatchObject({ id: handle.workflowId, attached: true });
    expect((await found.describe()).runId).toBe(runId);
    const other = await longhand.transcribe(path, { ...options, tenant: 'other' });
    expect(other).toMatchObject({ attached: false });
    await Promise.all([found.cancel(), other.cancel()]);
  });
});

describe('without any worker', () => {
  it('says how far it is as far as that is known, and that none answers where it is not', async () => {
    const transcription = await transcribe();
    expect(await transcription.progress()).toMatchObject({ phase: 'ingest', committed: 0, total: 0 });
    await expect(transcription.preview()).rejects.toMatchObject({ code: 'LH_WORKERS_AWAY' });
    expect(await transcription.describe()).toMatchObject({
      status: 'running',
      phase: 'ingest',
      language: 'auto',
    });
    const controller = new AbortController();
    const reason = new Error('enough');
    const waiting = transcription.result({ signal: controller.signal });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    // Cancelling waits for nobody.
    await transcription.cancel();
  }, 30_000);
});

describe('a client that closes', () => {
  it('ends what waits, and nothing else', async () => {
    const { id } = await transcribe();
    const own = new Longhand({ address: bench.server.address, store: join(folder, 'store') });
    const handle = own.get(id);
    const ends = [
      handle.result(),
      handle
        .follow()
        .next()
        .then(() => handle.follow().next()),
    ].map((one) =>
      expect(one).rejects.toMatchObject({
        code: 'LH_SERVER_UNREACHABLE',
        message: expect.stringMatching(/closed/) as string,
      }),
    );
    await setTimeout(500);
    await own.close();
    await Promise.all(ends);
    await expect(handle.describe()).rejects.toMatchObject({ code: 'LH_SERVER_UNREACHABLE' });
    expect((await longhand.get(id).describe()).status).toBe('running');
    await longhand.get(id).cancel();
  });
});
