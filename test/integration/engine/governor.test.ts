/** A governor over real engines: what it does to them loses no window and changes no text. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EngineModel, EngineSettings, Window } from '../../../models/engine/protocol.ts';
import type { WindowResult } from '../../../models/whisper/session.ts';
import { Device } from '../../../workers/device.ts';
import { ChunkTimes } from '../../../workers/governor/chunk-times.ts';
import type { Decision } from '../../../workers/governor/decision.ts';
import { Governor } from '../../../workers/governor/governor.ts';
import { parseGovernor, type GovernorSettings } from '../../../workers/governor/settings.ts';
import { BatchSlots } from '../../../workers/governor/slots.ts';
import { realModel } from '../../support/real-model.ts';
import { until } from '../../support/until.ts';
import { isAlive, realWindows, startEngine } from './bench.ts';

const LIMIT = 180_000;
const { signal } = new AbortController();
const HALF: EngineSettings = { device: 'cpu', threads: 1, batch: 8 };

let model: EngineModel;
let windows: readonly Window[];
/** What an engine that nobody disturbs says. */
let undisturbed: string;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'longhand-governor-'));
  model = await realModel();
  windows = realWindows(model, 6);
  await using engine = await startEngine(model);
  undisturbed = JSON.stringify(await Promise.all(windows.map((window) => engine.submit(window))));
}, LIMIT);
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rm(home, { recursive: true }));

function govern(device: Device, name: 'cpu' | 'cuda:0', settings: Partial<GovernorSettings>) {
  const decisions: Decision[] = [];
  const governor = new Governor({
    ...{ name, device, home, slots: new BatchSlots(0) },
    ...{ precisions: [], times: new ChunkTimes() },
    settings: { ...parseGovernor(''), every: 100, ...settings },
    say: () => undefined,
    onDecision: (decision) => decisions.push(decision),
  });
  const changes = () => decisions.map(({ kind, from, to }) => `${kind} ${from} ${to}`);
  return { changes, [Symbol.dispose]: () => governor[Symbol.dispose]() };
}

/** The most windows that were encoded for one batch. */
function largestBatch(states: readonly string[]): number {
  const batches = states.join(' ').match(/(encoding )+/g) ?? [];
  return Math.max(...batches.map((batch) => batch.trim().split(' ').length));
}

/** Transcribes all windows again and again until something is so, and once more; gives what was said each time. */
async function transcribeUntil(device: Device, isSo: () => boolean): Promise<Set<string>> {
  const said = new Set<string>();
  for (let isLast = false; !isLast;) {
    isLast = isSo();
    const results = await Promise.all(windows.map((window) => device.transcribe(window, signal)));
    said.add(JSON.stringify(results satisfies WindowResult[]));
  }
  return said;
}

it(
  'an engine measures what a window takes, and holds to a limit of its batch from the next one on',
  async () => {
    await using engine = await startEngine(model);
    const { first, window, memory } = await engine.ready;
    expect(Math.min(first, window)).toBeGreaterThan(0);
    expect(memory.held).toBeGreaterThan(150e6);
    expect(memory.row).toBeGreaterThan(1e6);
    expect(memory.row).toBeLessThan(200e6);
    expect(memory.most).toBe(8);
    engine.limit(2);
    const states: string[] = [];
    const said = await Promise.all(
      windows.map((window) => engine.submit(window, signal, (state) => states.push(state))),
    );
    expect(largestBatch(states)).toBe(2);
    expect(JSON.stringify(said)).toBe(undisturbed);
  },
  LIMIT,
);

describe('a governed device', { timeout: LIMIT }, () => {
  it('under pressure shrinks, gives models and processes back, and says the same of every window', async () => {
    // Pressure is made where the driver speaks: by an nvidia-smi of our own, which says what a file says.
    const driver = join(home, 'nvidia-smi');
    const card = join(home, 'card');
    await writeFile(card, '0, NVIDIA L4, 1000000, 950000, 90, 60, GPU-a\n');
    await writeFile(driver, `#!/bin/sh\ncase $1 in *gpu=*) cat '${card}';; esac\n`);
    await chmod(driver, 0o755);
    vi.stubEnv('PATH', `${home}:${process.env.PATH}`);

    await using device = await Device.start([HALF, HALF], model);
    const before = device.pids;
    using governed = govern(device, 'cuda:0', { grow: 100 });
    const { changes } = governed;
    const isReplaced = () => before.every((pid) => !isAlive(pid)) && device.engines.open === 2;
    const said = await transcribeUntil(device, isReplaced);
    expect(changes()).toEqual(['batch 8 4', 'release nothing models', 'release models processes']);

    await writeFile(card, '0, NVIDIA L4, 1000000, 10000, 90, 60, GPU-a\n');
    await until(() => changes().includes('batch 4 8'), 'Expected it to recover');
    for (const text of await transcribeUntil(device, () => true)) said.add(text);
    expect([...said]).toEqual([undisturbed]);
  });

  it('is maintained at work, one engine after the other, and says the same of every window', async () => {
    await using device = await Device.start([HALF, HALF], model);
    const before = device.pids;
    using governed = govern(device, 'cpu', { maintenance: 500, jitter: 0 });
    const { changes } = governed;
    let least = 2;
    const isOver = () => {
      least = Math.min(least, device.engines.open);
      return changes().includes('maintenance draining working');
    };
    const watching = setInterval(isOver, 5);
    try {
      expect([...(await transcribeUntil(device, isOver))]).toEqual([undisturbed]);
    } finally {
      clearInterval(watching);
    }
    expect(before.filter(isAlive)).toEqual([]);
    // The other went on.
    expect(least).toBe(1);
  });

  it('is maintained where it has one engine: what waits is done by the next, below the same limit', async () => {
    await using device = await Device.start([HALF], model);
    const [before = 0] = device.pids;
    device.limit(2);
    const all = Promise.all(windows.map((window) => device.transcribe(window, signal)));
    await device.renew(0);
    expect(isAlive(before)).toBe(false);
    expect(JSON.stringify(await all)).toBe(undisturbed);
    const states: string[] = [];
    await Promise.all(
      windows.slice(3).map((window) => device.transcribe(window, signal, (state) => states.push(state))),
    );
    expect(largestBatch(states)).toBe(2);
  });
});
