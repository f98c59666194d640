import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDisplay } from '../../../client/cli/display/display.ts';
import { OverallProgress } from '../../../client/cli/display/overall.ts';
import { SAMPLE_RATE, type Progress } from '../../../workflows/contract.ts';

const MINUTE = 60 * SAMPLE_RATE;

const progress = (phase: Progress['phase'], committed: number, total: number): Progress => ({
  ...{ phase, committed, total, gaps: 0, falls: 0, sectionsDone: 0, sections: 1, job: 'job', running: [] },
});

/** A standard error that is a terminal or not, and what was written to it. */
function stream(isTTY: boolean) {
  const through = new PassThrough();
  const written: string[] = [];
  through.on('data', (data: Buffer) => written.push(data.toString()));
  const terminal = Object.assign(through, {
    isTTY,
    columns: 200,
    rows: 40,
    cursorTo: () => true,
    moveCursor: () => true,
    clearLine: () => true,
    clearScreenDown: () => true,
  });
  return { stream: terminal as unknown as NodeJS.WriteStream, written };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'setInterval', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('without a terminal', () => {
  it('says the same thing at most every ten seconds, with speed and time left', () => {
    const { stream: stderr, written } = stream(false);
    const display = openDisplay(stderr);
    display.progressed('talk.mp3', progress('ingest', 0, 0));
    display.progressed('url.mp3', progress('fetch', 0, 0));
    display.progressed('talk.mp3', progress('transcribe', 0, 10 * MINUTE));
    vi.advanceTimersByTime(10_000);
    display.progressed('talk.mp3', progress('transcribe', 2 * MINUTE, 10 * MINUTE));
    display.note('a note');
    expect(written).toEqual([
      'talk.mp3: reading\n',
      'url.mp3: fetching\n',
      'talk.mp3: 02:00 of 10:00 · 12× · 00:40 left\n',
      'a note\n',
    ]);
  });

  it('says when a download begins and when it is whole, once', () => {
    const { stream: stderr, written } = stream(false);
    const display = openDisplay(stderr);
    for (const done of [1e6, 2e6, 3e6, 3e6]) display.fetched('base', done, 3e6);
    display.fetched('tool', 5e6, null);
    expect(written).toEqual([
      'base: fetched 1 of 3 MB\n',
      'base: fetched 3 of 3 MB\n',
      'tool: fetched 5 MB\n',
    ]);
  });

  it('writes no escape sequence', () => {
    const { stream: stderr, written } = stream(false);
    const display = openDisplay(stderr);
    const overall = new OverallProgress(display, 2);
    overall.progressed('a', { committed: MINUTE, total: 2 * MINUTE });
    display.ended('a');
    display.close();
    expect(written.join('')).not.toContain('\u001b');
    expect(written).toEqual(['0 of 2 files · 01:00 of 02:00\n']);
  });
});

describe('on a terminal', () => {
  it('draws a bar for each file and one for all', () => {
    const { stream: stderr, written } = stream(true);
    const display = openDisplay(stderr);
    const overall = new OverallProgress(display, 4);
    overall.ended('done.mp3', 4 * MINUTE);
    display.progressed('calls/talk.mp3', progress('transcribe', 3 * MINUTE, 6 * MINUTE));
    overall.progressed('calls/talk.mp3', { committed: 3 * MINUTE, total: 6 * MINUTE });
    vi.advanceTimersByTime(1000);
    display.close();
    const shown = written.join('');
    expect(shown).toMatch(/calls\/talk\.mp3 {2}\S+ {2}03:00 of 06:00/);
    expect(shown).toMatch(/all {2}\S+ {2}1 of 4 files · 07:00 of 10:00/);
  });
});

describe('what is written to a terminal', () => {
  it('comes at once where there is no bar, and before the bars where there are some', () => {
    const { stream: stderr, written } = stream(true);
    const display = openDisplay(stderr);
    display.note('first');
    expect(written).toEqual(['first\n']);
    display.progressed('talk.mp3', progress('ingest', 0, 0));
    display.note('last');
    display.close();
    expect(written.at(-1)).toBe('last\n');
    written.length = 0;
    vi.advanceTimersByTime(1000);
    expect(written).toEqual([]);
  });

  it('stays where the bars come back after it', () => {
    const { stream: stderr, written } = stream(true);
    const display = openDisplay(stderr);
    display.progressed('talk.mp3', progress('ingest', 0, 0));
    display.hide();
    written.length = 0;
    vi.advanceTimersByTime(1000);
    expect(written).toEqual([]);
    display.progressed('talk.mp3', progress('transcribe', MINUTE, 2 * MINUTE));
    vi.advanceTimersByTime(1000);
    expect(written.join('')).toContain('01:00 of 02:00');
    display.close();
  });
});

describe('OverallProgress', () => {
  it('counts a file that has ended whole, whether it failed or not, and never more than all', () => {
    const shares: number[] = [];
    const display = {
      ...openDisplay(stream(false).stream),
      overall: ({ share }: { share: number }) => shares.push(share),
    };
    const overall = new OverallProgress(display, 4);
    overall.progressed('a', { committed: 0, total: 0 });
    overall.progressed('a', { committed: MINUTE, total: 2 * MINUTE });
    overall.ended('a', 2 * MINUTE);
    overall.ended('b', 0);
    overall.ended('c', 0);
    overall.ended('d', 0);
    expect(shares).toEqual([0, 1 / 8, 1 / 4, 1 / 2, 3 / 4, 1]);
  });
});
