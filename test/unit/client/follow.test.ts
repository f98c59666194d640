import { describe, expect, it } from 'vitest';
import { readCursor } from '../../../client/cursor.ts';
import { checkInterval, followRun, type Followed, type FollowEvent } from '../../../client/follow.ts';
import type { Progress, SectionTranscript, TranscriptionResult } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { gate } from '../../support/gate.ts';

const runId = '0a1b2c3d-0000-4000-8000-0123456789ab';
const SECTIONS = 5;

const sectionOf = (section: number): SectionTranscript => ({
  segments: [
    { start: section, end: section + 1, text: `section ${section}`, language: 'en', confidence: 1, chunk: 0 },
  ],
  dropped: [],
  chunks: [],
  changes: [],
});

const result: TranscriptionResult = {
  job: `talk.${runId}`,
  sections: SECTIONS,
  outputs: [],
  duration: 1,
  speech: 1,
  language: 'en',
  segments: SECTIONS,
  recording: { key: 'recording', samples: 0, sectionEnds: [] },
  ladder: [],
  gaps: 0,
  falls: 0,
};

const progressAt = (sectionsDone: number): Progress => ({
  phase: 'transcribe',
  committed: sectionsDone,
  total: SECTIONS,
  gaps: 0,
  falls: 0,
  sectionsDone,
  sections: SECTIONS,
  job: result.job,
  running: [],
});

/** A run that has finished one section more each time it is looked at, and ends after the last as `ending` says. */
function runOf(
  ending: () => TranscriptionResult = () => result,
  seen: readonly (number | null)[] = [0, 1, 2, 4],
) {
  let looks = 0;
  const { passed: over, open: end } = gate();
  const run: Followed = {
    progress: () => {
      const done = seen[looks];
      looks += 1;
      if (done === undefined) end();
      return Promise.resolve(
        done === undefined ? progressAt(SECTIONS) : done === null ? null : progressAt(done),
      );
    },
    section: (section) => Promise.resolve(section < SECTIONS ? sectionOf(section) : null),
    result: (signal) =>
      Promise.race([
        over.then(ending),
        new Promise<never>((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
        ),
      ]),
  };
  return run;
}

async function eventsOf(
  run: Followed,
  section = 0,
  signal = new AbortController().signal,
): Promise<FollowEvent[]> {
  const events: FollowEvent[] = [];
  for await (const event of followRun(run, { runId, section }, { interval: 1, signal })) events.push(event);
  return events;
}

const sectionsIn = (events: readonly FollowEvent[]): number[] =>
  events.flatMap((event) => (event.type === 'section' ? [event.section] : []));

describe('followRun', () => {
  it('gives every section once and in order, progress that changed, and the result last', async () => {
    const events = await eventsOf(runOf());
    expect(sectionsIn(events)).toEqual([0, 1, 2, 3, 4]);
    const texts = events.flatMap((event) => (event.type === 'section' ? [event.transcript] : []));
    expect(texts).toEqual([0, 1, 2, 3, 4].map(sectionOf));
    const seen = events.flatMap((event) => (event.type === 'progress' ? [event.progress.sectionsDone] : []));
    expect(seen).toEqual([0, 1, 2, 4, 5]);
    expect(events.at(-1)).toMatchObject({ type: 'done', result });
  });

  it('goes on exactly after the event of any cursor', async () => {
    const events = await eventsOf(runOf());
    for (const [index, { cursor }] of events.entries()) {
      const place = readCursor(cursor);
      expect(place.runId).toBe(runId);
      const rest = await eventsOf(runOf(), place.section);
      const before = sectionsIn(events.slice(0, index + 1));
      expect([...before, ...sectionsIn(rest)]).toEqual([0, 1, 2, 3, 4]);
      expect(rest.at(-1)).toMatchObject({ type: 'done', result });
    }
  });

  it('gives a progress that stays the same once', async () => {
    const events = await eventsOf(runOf(undefined, [1, 1, 1, 1]));
    expect(events.filter(({ type }) => type === 'progress')).toHaveLength(2);
  });

  it('goes on while nobody can tell the progress', async () => {
    const events = await eventsOf(runOf(undefined, [null, 1, null, null]));
    expect(sectionsIn(events)).toEqual([0, 1, 2, 3, 4]);
  });

  it('gives what was finished before it failed, then the failure', async () => {
    const failure = new LonghandError('LH_CANCELLED', 'cancelled');
    const run = runOf(() => {
      throw failure;
    }, [0, 1]);
    const held = {
      ...run,
      progress: () => run.progress().then(() => progressAt(1)),
      section: (n: number) => Promise.resolve(n < 3 ? sectionOf(n) : null),
    };
    const events: FollowEvent[] = [];
    const following = (async () => {
      const options = { interval: 1, signal: new AbortController().signal };
      for await (const event of followRun(held, { runId, section: 0 }, options)) events.push(event);
    })();
    await expect(following).rejects.toBe(failure);
    expect(sectionsIn(events)).toEqual([0, 1, 2]);
    expect(events.some(({ type }) => type === 'done')).toBe(false);
  });

  it('says so when the store lacks a section that is finished', async () => {
    const run = { ...runOf(), section: () => Promise.resolve(null) };
    await expect(eventsOf(run)).rejects.toMatchObject({ code: 'LH_STORE_MISSING', details: { section: 0 } });
  });

  it('ends with the reason of its signal between two sections that are finished', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const events: FollowEvent[] = [];
    const following = (async () => {
      const options = { interval: 1, signal: controller.signal };
      for await (const event of followRun(runOf(undefined, [3]), { runId, section: 0 }, options)) {
        events.push(event);
        controller.abort(reason);
      }
    })();
    await expect(following).rejects.toBe(reason);
    expect(sectionsIn(events)).toEqual([0]);
  });

  it('ends with the reason of its signal', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const run: Followed = { ...runOf(undefined, Array<number>(1000).fill(1)) };
    setTimeout(() => controller.abort(reason), 20);
    await expect(eventsOf(run, 0, controller.signal)).rejects.toBe(reason);
  });
});

describe('readCursor', () => {
  it.each(['', runId, `${runId}.`, `${runId}.-1`, `${runId}.1.2`, 'x.0', `${runId}.1e3`])(
    'refuses %j',
    (cursor) => {
      expect(() => readCursor(cursor)).toThrow(expect.objectContaining({ code: 'LH_OPTION_INVALID' }));
    },
  );
});

describe('checkInterval', () => {
  it.each([0, 9, -1, NaN, Infinity])('refuses %d', (interval) => {
    expect(() => checkInterval(interval)).toThrow(expect.objectContaining({ code: 'LH_OPTION_INVALID' }));
  });
});
