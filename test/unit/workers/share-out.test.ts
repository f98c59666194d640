import { describe, expect, it } from 'vitest';
import type { Window, WindowState } from '../../../models/engine/protocol.ts';
import type { WindowResult } from '../../../models/whisper/session.ts';
import { ShareOut, type Transcriber } from '../../../workers/share-out.ts';

const { signal } = new AbortController();
const windowOf = (id: number): Window => ({ pcm: Int16Array.of(id) }) as Window;

interface Held {
  readonly id: number;
  readonly say: (state: WindowState) => void;
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

/** An engine that does with each window what the test says. */
class Engine implements Transcriber {
  readonly held: Held[] = [];
  get ids(): number[] {
    return this.held.map(({ id }) => id);
  }
  of(id: number): Held {
    return this.held.find((each) => each.id === id)!;
  }

  transcribe({ pcm }: Window, signal: AbortSignal, onState?: (state: WindowState) => void) {
    return new Promise<WindowResult>((resolve, reject) => {
      const id = pcm[0]!;
      const leave = () => this.held.splice(this.ids.indexOf(id), 1);
      this.held.push({
        id,
        say: (state) => onState?.(state),
        end: () => (leave(), resolve({ language: `window ${id}` } as WindowResult)),
        fail: (error) => (leave(), reject(error)),
      });
      signal.addEventListener('abort', () => (leave(), reject(signal.reason as Error)));
    });
  }
}

/** The turns of the event loop that a window takes from one engine to another. */
const moved = () => new Promise((resolve) => setImmediate(resolve));

describe('sharing windows out', () => {
  it('gives each window to the engine that has the least left to do', async () => {
    const [first, second] = [new Engine(), new Engine()];
    const shareOut = new ShareOut([first, second]);
    const give = (...ids: number[]) =>
      ids.forEach((id) => void shareOut.transcribe(windowOf(id), signal).catch(() => undefined));
    give(1, 2, 3, 4, 5);
    expect([first.ids, second.ids]).toEqual([
      [1, 3, 5],
      [2, 4],
    ]);
    // Three windows in the decoder are less to do than two that wait.
    for (const id of [1, 3, 5]) first.of(id).say('decoding');
    give(6);
    expect(first.ids).toEqual([1, 3, 5, 6]);
    await moved();
  });

  it('takes half of what an engine has not begun to one that has nothing to do, and answers once', async () => {
    const [first, second] = [new Engine(), new Engine()];
    const shareOut = new ShareOut([first, second]);
    const ids = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const states: WindowState[] = [];
    const results = ids.map((id) => shareOut.transcribe(windowOf(id), signal, (state) => states.push(state)));
    first.of(1).say('encoding');
    for (const id of [2, 4, 6, 8]) second.of(id).end();
    await moved();
    expect([first.ids, second.ids]).toEqual([
      [1, 3, 5],
      [7, 9],
    ]);
    for (const engine of [first, second]) for (const { end } of [...engine.held]) end();
    const said = (await Promise.all(results)).map(({ language }) => language);
    expect(said).toEqual(ids.map((id) => `window ${id}`));
    expect(states).toEqual(['encoding']);
  });

  it('leaves a window that was begun where it is', async () => {
    const [first, second] = [new Engine(), new Engine()];
    const shareOut = new ShareOut([first, second]);
    const results = [1, 2, 3].map((id) => shareOut.transcribe(windowOf(id), signal));
    for (const id of [1, 3]) first.of(id).say('encoding');
    second.of(2).end();
    await moved();
    expect([first.ids, second.ids]).toEqual([[1, 3], []]);
    for (const { end } of [...first.held]) end();
    await Promise.all(results);
  });

  it('gives an engine that is drained nothing more, and the others what it has not begun', async () => {
    const [first, second] = [new Engine(), new Engine()];
    const shareOut = new ShareOut([first, second]);
    const results = [1, 2, 3, 4, 5, 6].map((id) => shareOut.transcribe(windowOf(id), signal));
    first.of(1).say('decoding');
    let isDrained = false;
    const drained = shareOut.drain(0).then(() => (isDrained = true));
    expect(shareOut.open).toBe(1);
    results.push(shareOut.transcribe(windowOf(7), signal));
    await moved();
    expect([first.ids, second.ids, isDrained]).toEqual([[1], [2, 4, 6, 7, 3, 5], false]);
    first.of(1).end();
    await drained;
    await moved();
    // It has nothing to do, and takes nothing over.
    expect([first.ids, second.ids]).toEqual([[], [2, 4, 6, 7, 3, 5]]);
    second.of(2).say('encoding');
    shareOut.fill(0);
    await moved();
    expect([first.ids, second.ids].map((ids) => ids.toSorted())).toEqual([
      [3, 5, 7],
      [2, 4, 6],
    ]);
    for (const engine of [first, second]) for (const { end } of [...engine.held]) end();
    const said = (await Promise.all(results)).map(({ language }) => language);
    expect(said).toEqual([1, 2, 3, 4, 5, 6, 7].map((id) => `window ${id}`));
  });

  it('keeps what no other engine can take until the drained one is filled again', async () => {
    const engine = new Engine();
    const shareOut = new ShareOut([engine]);
    const caller = new AbortController();
    const results = [1, 2].map((id) => shareOut.transcribe(windowOf(id), signal));
    engine.of(1).say('encoding');
    const drained = shareOut.drain(0);
    results.push(shareOut.transcribe(windowOf(3), signal));
    const cancelled = shareOut.transcribe(windowOf(4), caller.signal);
    await moved();
    expect(engine.ids).toEqual([1]);
    engine.of(1).end();
    await drained;
    caller.abort(new Error('not wanted'));
    await expect(cancelled).rejects.toThrow('not wanted');
    await moved();
    expect([engine.ids, shareOut.open]).toEqual([[], 0]);
    shareOut.fill(0);
    await moved();
    expect(engine.ids.toSorted()).toEqual([2, 3]);
    for (const { end } of [...engine.held]) end();
    expect(await Promise.all(results)).toHaveLength(3);
  });

  it('has drained an engine without work at once', async () => {
    const shareOut = new ShareOut([new Engine(), new Engine()]);
    await shareOut.drain(1);
    expect(shareOut.open).toBe(1);
  });

  it("passes on an engine's failure and a caller's cancellation", async () => {
    const [first, second] = [new Engine(), new Engine()];
    const shareOut = new ShareOut([first, second]);
    const failing = shareOut.transcribe(windowOf(1), signal);
    const caller = new AbortController();
    const cancelled = shareOut.transcribe(windowOf(2), caller.signal);
    first.of(1).fail(new Error('broken'));
    caller.abort(new Error('not wanted'));
    await expect(failing).rejects.toThrow('broken');
    await expect(cancelled).rejects.toThrow('not wanted');
    await moved();
    expect([first.ids, second.ids]).toEqual([[], []]);
  });
});
