import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { EngineProcess } from '../../../models/engine/process.ts';
import type { EngineModel, Window } from '../../../models/engine/protocol.ts';
import type { WindowResult } from '../../../models/whisper/session.ts';
import { ControlGroup } from '../../support/control-group.ts';
import { realModel } from '../../support/real-model.ts';
import { isAlive, realWindows, SETTINGS, startEngine } from './bench.ts';
import { expectTextsOrNoMemory } from './expect-texts.ts';

const LIMIT = 300_000;
const MB = 1e6;
/** Whisper base in 8 bits needs some 500 MB for a window, and 25 for each more in a batch; in 32 bits some 850. */
const MEMORY = 560 * MB;

const hasGroups = await ControlGroup.canBeMade();

let model: EngineModel;
let windows: readonly Window[];
let alone: readonly WindowResult[];

beforeAll(async () => {
  model = await realModel();
  windows = realWindows(model, 8);
  await using engine = await startEngine(model);
  alone = await Promise.all(windows.map((window) => engine.submit(window)));
}, LIMIT);

describe('an engine with a limit of memory', { timeout: LIMIT }, () => {
  it('stays below it, in batches as large as fit, and says which model does not', async () => {
    await using engine = new EngineProcess({ ...SETTINGS, memory: MEMORY }, model);
    await engine.ready;
    const pid = engine.pid ?? 0;
    const states: string[] = [];
    const outcomes = await Promise.all(
      windows.map((window) => engine.submit(window, undefined, (state) => states.push(state))),
    );
    expect(JSON.stringify(outcomes)).toBe(JSON.stringify(alone));
    const first = states.lastIndexOf('encoding', states.indexOf('decoding')) + 1;
    expect(first).toBeLessThan(SETTINGS.batch);
    expect(peakOf(pid)).toBeLessThan(MEMORY);

    const above = { ...windows[0]!, model: await realModel('fp32') };
    await expect(engine.submit(above)).rejects.toMatchObject({
      code: 'LH_OUT_OF_MEMORY',
      message: expect.stringMatching(
        /^Expected \d+ MB of memory to load the model, but \d+ MB may be taken\.$/,
      ) as string,
    });
    expect(await engine.submit(windows[0]!)).toEqual(alone[0]);
    expect(engine.pid).toBe(pid);
    expect(isAlive(pid)).toBe(true);
    expect(peakOf(pid)).toBeLessThan(MEMORY);
  });

  it('does not start on a model that does not fit, and says so', async () => {
    const engine = new EngineProcess({ ...SETTINGS, memory: 300 * MB }, model);
    await expect(engine.ready).rejects.toMatchObject({ code: 'LH_OUT_OF_MEMORY' });
    await expect(engine.ended).resolves.toMatchObject({ code: 'LH_OUT_OF_MEMORY' });
  });

  it.skipIf(!hasGroups)(
    'does not start in a control group too small for its model, and is not killed',
    async () => {
      await using group = ControlGroup.create(400 * MB)!;
      const engine = new EngineProcess(SETTINGS, model);
      group.take(engine.pid ?? 0);
      await expect(engine.ready).rejects.toMatchObject({
        code: 'LH_OUT_OF_MEMORY',
        message: expect.stringContaining('may be taken') as string,
      });
      await engine.ended;
      expect(group.kills()).toBe(0);
    },
  );

  it.skipIf(!hasGroups)('answers every window in a control group that leaves it nothing', async () => {
    await using group = ControlGroup.create(16 * MB)!;
    await using engine = await startEngine(model);
    group.take(engine.pid ?? 0);
    await expectTextsOrNoMemory(engine, windows, alone);
  });
});

/** The most bytes a process has held. */
function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
