import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, floorOf, type State } from '../../../../workers/governor/decide.ts';
import type { Decision } from '../../../../workers/governor/decision.ts';
import { usedShare, type Reading } from '../../../../workers/governor/memory-use.ts';
import { parseGovernor } from '../../../../workers/governor/settings.ts';

const SETTINGS = parseGovernor('high=80%,calm=70%,grow=1m,free=20%');
/** A device of 1000 bytes on which an engine takes 100, and 20 for each row of a batch. */
const NEED = { held: 100, row: 20, most: 8 };
const LOOK = 5000;

/** What others take, and what our engine holds beyond what it uses. */
function reading(others: number, own: number | null = 100): Reading {
  return { total: 1000, free: 1000 - others - (own ?? 0), own, load: null, temperature: null };
}

/** A governor that looks every five seconds. */
class Watch {
  state: State;
  now = 0;
  readonly decisions: Decision[] = [];
  readonly #floor: number;

  readonly #doubles: boolean;

  constructor(limit = 8, floor = 4, doubles = false) {
    this.#doubles = doubles;
    this.state = { limit, calmSince: null, released: 'nothing' };
    this.#floor = floor;
  }

  look(seen: Reading, isActing = false): Decision | null {
    const circumstances = { now: this.now, need: NEED, floor: this.#floor, doubles: this.#doubles, isActing };
    const { state, decision } = decide(this.state, seen, circumstances, SETTINGS);
    this.state = state;
    this.now += LOOK;
    if (decision) this.decisions.push(decision);
    return decision;
  }

  /** Looks at the same thing for so many milliseconds. */
  keepLooking(seen: Reading, time: number): Decision[] {
    const before = this.decisions.length;
    for (const end = this.now + time; this.now < end;) this.look(seen);
    return this.decisions.slice(before);
  }
}

const changes = (decisions: readonly Decision[]): string[] =>
  decisions.map(({ kind, from, to }) => `${kind} ${from} ${to}`);

describe('the batch', () => {
  it.each([
    // Others take 700; ours, with a batch of eight, 260.
    ['is halved above the threshold', 8, 4, 700, 'batch 8 4'],
    ['is left where others and a whole batch are below it', 8, 4, 500, null],
    ['is halved to its least, not below', 5, 4, 700, 'batch 5 4'],
    ['stays at its least', 4, 4, 700, null],
    ['goes down to single windows on a CPU', 2, 1, 700, 'batch 2 1'],
  ] as const)('%s', (_, limit, floor, others, change) => {
    const decision = new Watch(limit, floor).look(reading(others));
    expect(decision && changes([decision])[0]).toBe(change);
  });

  it('says why', () => {
    expect(new Watch().look(reading(700))?.reason).toBe('96 % of memory in use, above 80 %');
  });

  it('is not halved for what ONNX Runtime keeps and does not use', () => {
    const watch = new Watch();
    expect(watch.look(reading(100, 850))).toBeNull();
    expect(watch.look(reading(700, 100))).not.toBeNull();
  });

  it('counts, where a driver does not tell who holds what, what a full batch took', () => {
    const unknown = { ...reading(0, null), free: 1000 - 500 - 260 };
    expect(usedShare(unknown, NEED, 8)).toBeCloseTo(0.76);
    expect(usedShare(unknown, NEED, 4)).toBeCloseTo(0.68);
  });

  it('grows by one for each minute of calm, up to the most that fits', () => {
    const watch = new Watch(4);
    expect(watch.keepLooking(reading(100), 60_000)).toEqual([]);
    expect(changes(watch.keepLooking(reading(100), 600_000))).toEqual([
      'batch 4 5',
      'batch 5 6',
      'batch 6 7',
      'batch 7 8',
    ]);
  });

  it('doubles on a card, which rounds by its size, after a minute of calm', () => {
    const watch = new Watch(4, 4, true);
    expect(watch.keepLooking(reading(100), 60_000)).toEqual([]);
    expect(changes(watch.keepLooking(reading(100), 600_000))).toEqual(['batch 4 8']);
  });

  it('waits for a whole minute of calm again after each disturbance', () => {
    const watch = new Watch(4);
    watch.keepLooking(reading(100), 55_000);
    // With five rows it would be 75 %: neither too much nor calm.
    watch.look(reading(550));
    expect(watch.keepLooking(reading(100), 60_000)).toEqual([]);
    expect(changes(watch.keepLooking(reading(100), 10_000))).toEqual(['batch 4 5']);
  });

  it('does not flap: under a load that stays it comes to rest, and never changes its direction', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(1, 4),
        fc.boolean(),
        (others, limit, floor, doubles) => {
          const watch = new Watch(Math.max(limit, floor), floor, doubles);
          const seen = reading(others, 0);
          const batches = watch
            .keepLooking(seen, 1_200_000)
            .filter(({ kind }) => kind === 'batch')
            .map(({ from, to }) => Math.sign(Number(to) - Number(from)));
          expect(new Set(batches).size).toBeLessThanOrEqual(1);
          expect(watch.keepLooking(seen, 600_000)).toEqual([]);
        },
      ),
    );
  });

  it('stays, under any load, from its least to its most, halves at the most, and grows one by one', () => {
    const loads = fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 200 });
    fc.assert(
      fc.property(loads, fc.constantFrom(1, 4), (others, floor) => {
        const watch = new Watch(8, floor);
        for (const each of others) {
          const before = watch.state.limit;
          watch.look(reading(each));
          const { limit } = watch.state;
          expect(limit).toBeGreaterThanOrEqual(Math.max(floor, Math.floor(before / 2)));
          expect(limit).toBeLessThanOrEqual(Math.min(8, before + 1));
        }
        const grown = watch.decisions.filter(({ kind, from, to }) => kind === 'batch' && to > from);
        expect(grown.length).toBeLessThanOrEqual(watch.now / SETTINGS.grow);
      }),
    );
  });
});

describe('giving memory back', () => {
  it('comes after the least batch, a step a look, each once until there is memory again', () => {
    const watch = new Watch(8);
    expect(changes(watch.keepLooking(reading(650, 340), 60_000))).toEqual([
      'batch 8 4',
      'release nothing models',
      'release models processes',
    ]);
  });

  it('is not done while only our own cache fills the device', () => {
    expect(new Watch(4).keepLooking(reading(100, 880), 60_000)).toEqual([]);
  });

  it('is not done while enough is free', () => {
    const watch = new Watch(4);
    const settings = { ...SETTINGS, free: 0.1 };
    const circumstances = { now: 0, need: NEED, floor: 4, doubles: false, isActing: false };
    const seen = reading(650, 200);
    expect(decide(watch.state, seen, circumstances, settings).decision).toBeNull();
    expect(decide(watch.state, seen, circumstances, SETTINGS).decision).toMatchObject({ to: 'models' });
  });

  it('ends no process that keeps less than a window takes', () => {
    const watch = new Watch(4);
    expect(changes(watch.keepLooking(reading(700, 190), 60_000))).toEqual(['release nothing models']);
  });

  it('waits for the step before', () => {
    const watch = new Watch(4);
    expect(watch.look(reading(650, 340), true)).toBeNull();
    expect(watch.look(reading(650, 340))).toMatchObject({ to: 'models' });
  });

  it('takes the models back in with calm, not before, and can be done again later', () => {
    const watch = new Watch(4);
    watch.keepLooking(reading(650, 340), 10_000);
    // 75 %: less, and not calm.
    expect(watch.keepLooking(reading(570, 100), 60_000)).toEqual([]);
    expect(changes(watch.keepLooking(reading(100), 10_000))).toEqual(['release processes nothing']);
    expect(changes(watch.keepLooking(reading(650, 340), 5000))).toEqual(['release nothing models']);
  });

  it('says why', () => {
    expect(new Watch(4).look(reading(650, 340))?.reason).toBe(
      '83 % of memory in use, above 80 %, with the least batch, and 1 % free, below 20 %',
    );
  });
});

it('the least batch is four on a card and one on a CPU, and never more than fits', () => {
  expect([floorOf('cuda:0', 8), floorOf('cpu', 6), floorOf('cuda:0', 2)]).toEqual([4, 1, 2]);
});
