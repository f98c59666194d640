import { beforeAll, expect, it } from 'vitest';
import { EngineProcess } from '../../../models/engine/process.ts';
import type { EngineModel } from '../../../models/engine/protocol.ts';
import type { WindowResult } from '../../../models/whisper/session.ts';
import { realModel } from '../../support/real-model.ts';
import { realWindows, SETTINGS, startEngine } from './bench.ts';

const LIMIT = 400_000;
const PRECISIONS = ['int8', 'fp32'] as const;
type Switched = (typeof PRECISIONS)[number];
const WINDOWS = 2;
const BATCH = 4;

const models = {} as Record<Switched, EngineModel>;
/** What an engine says of each window in a precision that it never leaves. */
const alone: Record<Switched, WindowResult[]> = { int8: [], fp32: [] };

beforeAll(async () => {
  for (const precision of PRECISIONS) {
    models[precision] = await realModel(precision);
    await using engine = await startEngine(models[precision]);
    const windows = realWindows(models[precision], WINDOWS);
    alone[precision] = await Promise.all(windows.map((window) => engine.submit(window)));
  }
}, LIMIT);

it(
  'an engine changes precision between two batches under load, and loses no window',
  async () => {
    await using engine = new EngineProcess({ ...SETTINGS, batch: BATCH }, models.int8);
    await engine.ready;
    const pid = engine.pid;
    const begun: string[] = [];
    let submitted = 0;
    const submit = async (precision: Switched, which: number) => {
      const name = `${precision} ${submitted++}`;
      const window = realWindows(models[precision], WINDOWS)[which]!;
      const result = await engine.submit(window, undefined, (state) => {
        if (state === 'decoding') begun.push(name);
      });
      expect(result, name).toEqual(alone[precision][which]);
    };
    // More windows of one precision than a batch holds wait while one of the other comes between them; each that is
    // answered brings another, so that some wait at every switch.
    const followed = async (precision: Switched, which: number) => {
      await submit(precision, which);
      await submit(precision === 'int8' ? 'fp32' : 'int8', which);
    };
    const first = Array.from({ length: BATCH }, (_, index) => submit('int8', index % WINDOWS));
    const between = followed('fp32', 0);
    const second = Array.from({ length: BATCH - 1 }, (_, index) => submit('int8', index % WINDOWS));
    await Promise.all([...first, between, ...second, followed('fp32', 1)]);

    expect(begun).toHaveLength(submitted);
    expect(engine.pid).toBe(pid);
    const precisions = begun.map((name) => name.split(' ')[0]);
    const switches = precisions.filter(
      (precision, index) => index > 0 && precision !== precisions[index - 1],
    );
    expect(switches.length).toBeGreaterThanOrEqual(2);
    // The oldest goes first: it does not wait for all of the other precision, though they keep coming.
    expect(begun.indexOf(`fp32 ${BATCH}`)).toBeLessThan(first.length + second.length);
  },
  LIMIT,
);
