import { describe, expect, it } from 'vitest';
import { MemoryBound } from '../../../models/engine/memory-bound.ts';
import { Bench, fp32, int8 } from './bench.ts';

const OUT_OF_MEMORY = expect.objectContaining({ code: 'LH_OUT_OF_MEMORY' }) as unknown;

/** A process of 100 bytes on a machine, which models take memory from as ONNX Runtime does: what was taken is kept. */
class Machine {
  held = 100;
  free = 1_000_000;

  bound(limit?: number): MemoryBound {
    return new MemoryBound(limit, {
      held: () => this.held,
      free: () => this.free,
      guess: () => ({ load: 300, encode: 50, row: 40 }),
    });
  }

  take(bytes: number): void {
    this.held += bytes;
    this.free -= bytes;
  }
}

describe('a bound of memory', () => {
  it('lets a model be loaded that fits, by its limit and by half of what is free', () => {
    const machine = new Machine();
    machine.bound(400).demandModel('graphs');
    expect(() => machine.bound(399).demandModel('graphs')).toThrow(OUT_OF_MEMORY);
    machine.free = 600;
    machine.bound().demandModel('graphs');
    machine.free = 598;
    expect(() => machine.bound().demandModel('graphs')).toThrow(
      'Expected 0 MB of memory to load the model, but 0 MB may be taken.',
    );
  });

  it('counts what the process kept of a model that was released as free', () => {
    const machine = new Machine();
    const bound = machine.bound(400);
    machine.take(250);
    bound.demandModel('graphs');
  });

  it('guesses rows at first, then knows them from the batches that were run', () => {
    const machine = new Machine();
    const bound = machine.bound(650);
    machine.take(200);
    bound.loaded('graphs');
    // 350 left: 50, and 7 of 40.
    expect(bound.rows()).toBe(7);
    machine.take(60);
    bound.ran(1, true);
    // A window took two thirds of what was guessed.
    expect(bound.rows()).toBe(Math.floor((350 - (50 * 60) / 90) / ((40 * 60) / 90)));
    machine.take(20);
    bound.ran(2, true);
    // 40, and 20 for each.
    expect(bound.rows()).toBe(15);
    bound.ran(1, true);
    expect(bound.rows()).toBe(15);
  });

  it('learns from a batch without a window of 30 s only that more is needed', () => {
    const machine = new Machine();
    const bound = machine.bound(650);
    machine.take(200);
    bound.loaded('graphs');
    machine.take(30);
    bound.ran(1, false);
    expect(bound.rows()).toBe(7);
    machine.take(150);
    bound.ran(1, false);
    // Twice of what was guessed.
    expect(bound.rows()).toBe(3);
  });

  it('follows what is free on the machine', () => {
    const machine = new Machine();
    const bound = machine.bound();
    machine.take(200);
    bound.loaded('graphs');
    machine.free = 2 * 130;
    expect(bound.rows()).toBe(2);
    machine.free = 2 * 89;
    expect(() => bound.rows()).toThrow(OUT_OF_MEMORY);
    machine.free = 2 * 90;
    machine.take(90);
    bound.ran(1, true);
    // What a row took before is there for the next.
    machine.free = 0;
    expect(bound.rows()).toBe(1);
  });

  it('does not take memory that a session left behind for that of the next', () => {
    const machine = new Machine();
    const bound = machine.bound(600);
    machine.take(200);
    bound.loaded('graphs');
    machine.take(280);
    bound.ran(6, true);
    expect(bound.rows()).toBe(6);
    machine.held = 400;
    bound.loaded('graphs');
    expect(bound.rows()).toBe(6);
  });

  it('says when the limit is exceeded', () => {
    const machine = new Machine();
    expect(machine.bound(100).isExceeded).toBe(false);
    expect(machine.bound(99).isExceeded).toBe(true);
    expect(machine.bound().isExceeded).toBe(false);
  });
});

describe('a runner within a bound', () => {
  it('decodes as many windows together as fit', async () => {
    const machine = new Machine();
    const bench = new Bench(
      {
        load: () => machine.take(200),
        decode: ({ length }) => {
          machine.held = Math.max(machine.held, 300 + 50 + length * 40);
        },
      },
      4,
      'cpu',
      machine.bound(300 + 50 + 2 * 40),
    );
    for (let count = 0; count < 5; count++) bench.submit();
    await bench.settle();
    expect(bench.log.filter((entry) => entry.startsWith('decode'))).toEqual([
      'decode 0 1',
      'decode 2 3',
      'decode 4',
    ]);
  });

  it('says out of memory where not one fits, gives its memory back, and takes the next model', async () => {
    const machine = new Machine();
    const bench: Bench = new Bench(
      {
        load: ({ precision }) => {
          machine.held = precision === 'fp32' ? 350 : 250;
        },
      },
      4,
      'cpu',
      machine.bound(420),
    );
    bench.submit(fp32);
    bench.submit(int8);
    await bench.settle();
    expect([...bench.failures()]).toEqual([[0, 'LH_OUT_OF_MEMORY']]);
    expect(bench.log).toEqual(['load fp32', 'dispose', 'load int8', 'encode 1', 'decode 1']);
  });

  it('releases a session that has grown beyond the limit', async () => {
    const machine = new Machine();
    const bench = new Bench(
      {
        load: () => {
          machine.held = 300;
        },
        decode: () => {
          machine.held = 700;
        },
      },
      4,
      'cpu',
      machine.bound(600),
    );
    bench.submit();
    await bench.settle();
    bench.submit();
    await bench.settle();
    expect(bench.log).toEqual(['load int8', 'encode 0', 'decode 0', 'dispose', 'load int8', 'dispose']);
    expect([...bench.failures()]).toEqual([[1, 'LH_OUT_OF_MEMORY']]);
  });

  it('tells its owner where a new session does not help, and begins nothing more', async () => {
    const machine = new Machine();
    const hold = (bytes: number) => {
      machine.held = Math.max(machine.held, bytes);
    };
    const bench = new Bench({ load: () => hold(300), decode: () => hold(390) }, 4, 'cpu', machine.bound(600));
    bench.submit();
    await bench.settle();
    // Lost for good, whatever is released.
    hold(700);
    bench.submit();
    await bench.settle();
    bench.submit();
    bench.submit();
    await bench.settle(2);
    const once = ['encode 0', 'decode 0', 'dispose', 'load int8', 'encode 1', 'decode 1'];
    expect(bench.log).toEqual(['load int8', ...once]);
    expect(bench.sent.at(-1)).toEqual({ type: 'exceeded' });
    expect(bench.answered()).toEqual([0, 1]);
  });

  it('gives a session that shrank again its time', async () => {
    const machine = new Machine();
    const bench = new Bench(
      {
        load: () => {
          machine.held = 300;
        },
      },
      4,
      'cpu',
      machine.bound(600),
    );
    for (let round = 0; round < 3; round++) {
      bench.submit();
      await bench.settle();
      bench.submit();
      await bench.settle();
      machine.held = 700;
    }
    expect(bench.sent.filter(({ type }) => type === 'exceeded')).toEqual([]);
    expect(bench.answered()).toHaveLength(6);
  });

  it('never makes a model wait for more than a batch of another, though its windows fail', async () => {
    const bench: Bench = new Bench({
      load: ({ precision }) => {
        // Every failure brings another window of the same model.
        if (precision !== 'int8' || bench.answered().length > 20) return;
        bench.submit(int8);
        throw new Error('Failed to allocate memory');
      },
    });
    bench.submit(int8);
    const waiting = bench.submit(fp32);
    await bench.settle();
    expect(bench.answered().indexOf(waiting)).toBeLessThanOrEqual(4);
    expect(bench.texts().get(waiting)).toBe(`window ${waiting}`);
  });
});
