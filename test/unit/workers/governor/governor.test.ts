import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Precision } from '../../../../workflows/contract.ts';
import { ChunkTimes } from '../../../../workers/governor/chunk-times.ts';
import type { Decision } from '../../../../workers/governor/decision.ts';
import { Governor } from '../../../../workers/governor/governor.ts';
import type { Reading } from '../../../../workers/governor/memory-use.ts';
import { parseGovernor, type GovernorSettings } from '../../../../workers/governor/settings.ts';
import { BatchSlots } from '../../../../workers/governor/slots.ts';
import { until } from '../../../support/until.ts';

const WITHIN = 8000;

/** A device of two engines that writes down what it is told. */
class Told {
  readonly told: string[] = [];
  readonly pids = [];
  readonly memory = { held: 100e6, row: 20e6, most: 8 };
  readonly engines = { all: 2, open: 2 };
  /** How many engines of all such devices are being started anew. */
  static renewing = 0;
  static mostAtOnce = 0;

  limit(batch: number): void {
    this.told.push(`limit ${batch}`);
  }
  release(): void {
    this.told.push('release');
  }
  warm(): void {
    this.told.push('warm');
  }
  async renew(engine: number): Promise<void> {
    this.told.push(`renew ${engine}`);
    Told.renewing += 1;
    Told.mostAtOnce = Math.max(Told.mostAtOnce, Told.renewing);
    this.engines.open -= 1;
    await setTimeout(30);
    this.engines.open += 1;
    Told.renewing -= 1;
  }
}

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'longhand-governor-'));
  await mkdir(join(home, 'bin'));
  const driver = join(home, 'bin', 'nvidia-smi');
  // What is in the file `card` stands for the card.
  await writeFile(driver, `#!/bin/sh\ncase $1 in *gpu=*) cat '${home}/card';; esac\n`);
  await chmod(driver, 0o755);
  vi.stubEnv('PATH', `${home}/bin:${process.env.PATH}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  // What was cut short may still give its lock back.
  await rm(home, { recursive: true, maxRetries: 5 });
});

/** What the driver says: mebibytes of 10,000 in use, and the load in percent. */
const use = (used: number, load = 50) =>
  writeFile(join(home, 'card'), `0, NVIDIA L4, 10000, ${used}, ${load}, 60, GPU-a\n`);

function govern(settings: Partial<GovernorSettings>, device = new Told()) {
  const decisions: Decision[] = [];
  const lines: string[] = [];
  const readings: Reading[] = [];
  const slots = new BatchSlots(0);
  const governor = new Governor({
    ...{ name: 'cuda:0', device, slots, home },
    precisions: ['fp16', 'int8-fp16'],
    times: new ChunkTimes(),
    settings: { ...parseGovernor(''), every: 10, ...settings },
    say: (line) => lines.push(line),
    onDecision: (decision) => decisions.push(decision),
    onReading: (reading) => readings.push(reading),
  });
  const changes = () => decisions.map(({ kind, from, to }) => `${kind} ${from} ${to}`);
  const refuses = (precision: Precision) => governor.refuses({ precision });
  const over = { [Symbol.dispose]: () => governor[Symbol.dispose]() };
  return { device, slots, lines, readings, changes, refuses, ...over };
}

/** How many slots there are. */
const sizeOf = (slots: BatchSlots): number => {
  let size = 0;
  while (slots.tryReserveSlot()) size += 1;
  for (let taken = size; taken > 0; taken--) slots.releaseSlot();
  return size;
};

describe('a governor', () => {
  it('bounds the batch and the slots by what was measured, then by what the device has', async () => {
    await use(1000);
    using governed = govern({ grow: 20 });
    const { device, slots, changes } = governed;
    expect([device.told, sizeOf(slots)]).toEqual([['limit 8'], 24]);
    await use(9500);
    await until(() => changes().length === 3, 'Expected three decisions', WITHIN);
    expect(changes()).toEqual(['batch 8 4', 'release nothing models', 'release models processes']);
    await until(() => device.told.length === 5 && Told.renewing === 0, 'Expected new engines', WITHIN);
    expect(device.told.slice(1)).toEqual(['limit 4', 'release', 'renew 0', 'renew 1']);
    await until(() => sizeOf(slots) === 12, 'Expected slots for a batch of four', WITHIN);
    await use(1000);
    await until(() => changes().length === 5, 'Expected it to recover', WITHIN);
    expect(changes().slice(3)).toEqual(['release processes nothing', 'batch 4 8']);
    expect(device.told.slice(5)).toEqual(['warm', 'limit 8']);
    expect(sizeOf(slots)).toBe(24);
  });

  it('leaves precisions of a busy card to lower rungs, one after the other, and takes them back', async () => {
    await use(1000, 95);
    using governed = govern({ busyFor: 200, idleFor: 300 });
    const { changes, refuses, lines } = governed;
    expect(refuses('fp16')).toBeNull();
    await until(() => refuses('fp16'), 'Expected it to be left to a lower rung', WITHIN);
    expect(refuses('fp16')).toBe('The device leaves fp16 to a lower rung: its load is 95 %, above 80 %');
    await until(() => refuses('int8-fp16'), 'Expected the next as well', WITHIN);
    await use(1000, 5);
    await until(() => refuses('fp16') === null, 'Expected both to be taken back', WITHIN);
    expect(changes()).toEqual(['ceiling 0 1', 'ceiling 1 2', 'ceiling 2 1', 'ceiling 1 0']);
    expect(lines.at(-1)).toBe('Governor of cuda:0: ceiling from 1 to 0: it has been idle for long enough');
  });

  it('in a dry run says what it would do, and does nothing', async () => {
    await use(9500);
    using governed = govern({ dryRun: true, maintenance: 50 });
    const { device, slots, lines, changes } = governed;
    await until(() => changes().includes('release models processes'), 'Expected decisions', WITHIN);
    await until(() => changes().includes('maintenance working draining'), 'Expected it to be due', WITHIN);
    expect([device.told, sizeOf(slots)]).toEqual([['limit 8'], 24]);
    expect(lines).toContain(
      'Governor of cuda:0: would change batch from 8 to 4: 95 % of memory in use, above 80 %',
    );
  });

  it('changes nothing where the driver does not answer, says so once, and goes on when it does', async () => {
    await rm(join(home, 'card'), { force: true });
    using governed = govern({});
    const { lines, readings, changes } = governed;
    await until(() => lines.length > 0, 'Expected it to say so', WITHIN);
    await setTimeout(100);
    expect(lines).toEqual([
      'Governor of cuda:0: nvidia-smi says nothing of it: nothing is changed until it does',
    ]);
    expect(readings).toEqual([]);
    await use(9500);
    await until(() => changes().length > 0, 'Expected a decision', WITHIN);
    // Who else wants to know of the card need not ask its driver.
    const [total, free] = [10_000 * 2 ** 20, 500 * 2 ** 20];
    expect(readings[0]).toEqual({ total, free, own: null, load: 0.5, temperature: 60 });
    expect(lines[1]).toBe('Governor of cuda:0: the device can be read again');
  });

  it('maintains one device of a host at a time, one engine after the other, again and again', async () => {
    await use(1000);
    Told.mostAtOnce = 0;
    const both = [govern({ maintenance: 20 }), govern({ maintenance: 20 })];
    const over = ({ changes }: (typeof both)[number]) =>
      changes().filter((change) => change === 'maintenance draining working').length > 2;
    await until(() => both.every(over), 'Expected each device to be maintained', WITHIN);
    for (const governed of both) governed[Symbol.dispose]();
    await until(() => Told.renewing === 0, 'Expected it to end', WITHIN);
    expect(Told.mostAtOnce).toBe(1);
    const [{ device }] = both as [(typeof both)[number]];
    expect(device.told.slice(0, 5)).toEqual(['limit 8', 'renew 0', 'renew 1', 'renew 0', 'renew 1']);
  });

  it('looks no more once it is disposed of', async () => {
    await use(1000);
    const governed = govern({});
    governed[Symbol.dispose]();
    await use(9500);
    await setTimeout(100);
    expect(governed.changes()).toEqual([]);
  });
});
