import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { EngineModel, EngineSettings, FromEngine } from '../../../models/engine/protocol.ts';
import { EngineRunner, toCoded } from '../../../models/engine/runner.ts';
import type { WhisperSession } from '../../../models/whisper/session.ts';
import { LonghandError } from '../../../workflows/errors.ts';

const int8: EngineModel = { folder: 'base', graphs: 'base/int8', precision: 'int8' };
const fp32: EngineModel = { folder: 'base', graphs: 'base/fp32', precision: 'fp32' };
const OUT_OF_MEMORY = new Error('Failed to allocate memory for requested buffer of size 8');

/** How the fake session behaves; windows are known by their last sample but one. */
interface Behaviour {
  readonly encode?: (window: number) => void;
  readonly decode?: (windows: readonly number[], fill: number) => void;
  readonly load?: (model: EngineModel) => void;
}

/** A runner on a session that computes nothing and writes down what it is asked. */
class Bench {
  readonly log: string[] = [];
  readonly sent: FromEngine[] = [];
  readonly runner: EngineRunner;
  open = 0;
  readonly #cancelAt = new Map<string, number>();
  #id = 0;

  constructor(behaviour: Behaviour = {}, batch = 4, device: EngineSettings['device'] = 'cpu') {
    const settings: EngineSettings = { device, threads: 1, batch };
    const load = (model: EngineModel) => {
      this.#note(`load ${model.precision}`);
      behaviour.load?.(model);
      return Promise.resolve(this.#session(behaviour));
    };
    this.runner = new EngineRunner(settings, load, (message) => this.sent.push(message));
  }

  #session({ encode, decode }: Behaviour): WhisperSession {
    this.open += 1;
    const session = {
      encode: async (pcm: Float32Array) => {
        const window = Math.round((pcm.at(-2) ?? 0) * 32768);
        this.#note(`encode ${window}`);
        await setImmediate();
        encode?.(window);
        return { window, states: new Float32Array(), [Symbol.dispose]: () => undefined };
      },
      decode: async (
        rows: readonly { encoded: { window: number }; language: string; samples: number }[],
        fill: number,
      ) => {
        const windows = rows.map(({ encoded }) => encoded.window);
        this.#note(`decode ${windows.join(' ')}`);
        await setImmediate();
        decode?.(windows, fill);
        return rows.map(({ encoded, language, samples }) => ({
          language,
          languageProbability: 1,
          noSpeech: 0,
          averageLogProbability: 0,
          tokens: [],
          segments: [{ start: 0, end: samples, text: `window ${encoded.window}`, tokens: [] }],
        }));
      },
      [Symbol.dispose]: () => {
        this.#note('dispose');
        this.open -= 1;
      },
    };
    return session as unknown as WhisperSession;
  }

  /** Submits a window whose id is its last sample but one. */
  submit(model = int8, length = 2): number {
    const id = this.#id++;
    const pcm = new Int16Array(length);
    pcm[length - 2] = id;
    this.runner.submit(id, { model, pcm, language: 'en' });
    return id;
  }

  /** Cancels window `id` once `entry` is written down. */
  cancelAt(entry: string, id: number): void {
    this.#cancelAt.set(entry, id);
  }

  #note(entry: string): void {
    this.log.push(entry);
    const id = this.#cancelAt.get(entry);
    if (id !== undefined) this.runner.cancel(id);
  }

  /** Waits until all windows but `cancelled` have their answer, then a little, for answers that must not come. */
  async settle(cancelled = 0): Promise<void> {
    for (let turn = 0; turn < 200 && this.answered().length < this.#id - cancelled; turn++)
      await setImmediate();
    for (let turn = 0; turn < 20; turn++) await setImmediate();
  }

  answered(): number[] {
    return this.sent.flatMap((message) =>
      message.type === 'result' || message.type === 'failed' ? [message.id] : [],
    );
  }

  texts(): Map<number, string> {
    const of = (message: FromEngine) =>
      message.type === 'result' ? [[message.id, message.result.segments[0]?.text ?? ''] as const] : [];
    return new Map(this.sent.flatMap(of));
  }

  failures(): Map<number, string> {
    const of = (message: FromEngine) =>
      message.type === 'failed' ? [[message.id, message.code] as const] : [];
    return new Map(this.sent.flatMap(of));
  }
}

describe('EngineRunner', () => {
  it('encodes windows one by one and decodes them together, up to the batch size', async () => {
    const bench = new Bench();
    for (let count = 0; count < 6; count++) bench.submit();
    await bench.settle();
    expect(bench.log).toEqual([
      'load int8',
      ...['encode 0', 'encode 1', 'encode 2', 'encode 3', 'decode 0 1 2 3'],
      ...['encode 4', 'encode 5', 'decode 4 5'],
    ]);
    expect([...bench.texts()]).toEqual([0, 1, 2, 3, 4, 5].map((id) => [id, `window ${id}`]));
  });

  it('takes into a batch what arrives while it is encoded', async () => {
    let arrived = false;
    const bench: Bench = new Bench({
      encode: () => {
        if (!arrived) bench.submit();
        arrived = true;
      },
    });
    bench.submit();
    await bench.settle();
    expect(bench.log).toEqual(['load int8', 'encode 0', 'encode 1', 'decode 0 1']);
  });

  it('runs again after it was idle', async () => {
    const bench = new Bench();
    bench.submit();
    await bench.settle();
    bench.submit();
    await bench.settle();
    expect([...bench.texts().keys()]).toEqual([0, 1]);
  });

  it('never encodes a window cancelled while it waits', async () => {
    const bench = new Bench();
    bench.submit();
    bench.runner.cancel(bench.submit());
    await bench.settle(1);
    expect(bench.log).toEqual(['load int8', 'encode 0', 'decode 0']);
    expect(bench.answered()).toEqual([0]);
  });

  it('never decodes a window cancelled after the encoder', async () => {
    const bench = new Bench();
    bench.cancelAt('encode 1', 0);
    bench.submit();
    bench.submit();
    await bench.settle(1);
    expect(bench.log).toEqual(['load int8', 'encode 0', 'encode 1', 'decode 1']);
    expect(bench.answered()).toEqual([1]);
  });

  it('goes on when the whole batch was cancelled', async () => {
    const bench = new Bench();
    bench.cancelAt('encode 0', 0);
    bench.submit();
    await bench.settle(1);
    expect(bench.log).toEqual(['load int8', 'encode 0']);
    bench.submit();
    await bench.settle(1);
    expect(bench.answered()).toEqual([1]);
  });

  it('halves a batch that does not fit, down to what fits, and answers every window', async () => {
    const bench = new Bench({
      decode: (windows) => {
        if (windows.length > 1) throw OUT_OF_MEMORY;
      },
    });
    for (let count = 0; count < 4; count++) bench.submit();
    await bench.settle();
    expect(bench.log.filter((entry) => entry.startsWith('decode'))).toEqual([
      'decode 0 1 2 3',
      ...['decode 0 1', 'decode 0', 'decode 1'],
      ...['decode 2 3', 'decode 2', 'decode 3'],
    ]);
    expect([...bench.texts().keys()]).toEqual([0, 1, 2, 3]);
  });

  it('fills runs on CUDA up to the batch size, and less where that does not fit', async () => {
    const runs: string[] = [];
    const bench = new Bench(
      {
        decode: (windows, fill) => {
          runs.push(`${windows.join(' ')} of ${fill}`);
          if (fill > 2 || windows.includes(2)) throw fill > 2 ? OUT_OF_MEMORY : new TypeError('x');
        },
      },
      8,
      'cuda:0',
    );
    for (let count = 0; count < 3; count++) bench.submit();
    await bench.settle();
    expect(runs).toEqual(['0 1 2 of 8', '0 1 2 of 4', '0 1 of 2', '2 of 2']);
    expect([...bench.texts().keys()]).toEqual([0, 1]);
    expect([...bench.failures()]).toEqual([[2, 'LH_INTERNAL']]);
  });

  it('fills runs on a CPU in 16 bits alone', async () => {
    const fills: number[] = [];
    const bench = new Bench({ decode: (_, fill) => fills.push(fill) });
    for (const precision of ['int8', 'fp32', 'fp16'] as const) bench.submit({ ...int8, precision });
    await bench.settle();
    expect(fills).toEqual([1, 1, 4]);
  });

  it('fails a window that does not fit alone, gives its memory back, and keeps the others', async () => {
    const bench = new Bench({
      decode: (windows) => {
        if (windows.includes(1)) throw OUT_OF_MEMORY;
      },
    });
    for (let count = 0; count < 3; count++) bench.submit();
    await bench.settle();
    expect([...bench.failures()]).toEqual([[1, 'LH_OUT_OF_MEMORY']]);
    expect([...bench.texts()]).toEqual([
      [0, 'window 0'],
      [2, 'window 2'],
    ]);
    expect(bench.log).toContain('dispose');
    expect(bench.open).toBe(1);
  });

  it.each([
    ['memory', OUT_OF_MEMORY, 'LH_OUT_OF_MEMORY'],
    ['its samples', new LonghandError('LH_ENGINE_INPUT', 'Expected samples'), 'LH_ENGINE_INPUT'],
    ['a defect', new TypeError('x is undefined'), 'LH_INTERNAL'],
  ])('lets a window fail in the encoder for %s without harm to others', async (_, error, code) => {
    const bench = new Bench({
      encode: (window) => {
        if (window === 1) throw error;
      },
    });
    for (let count = 0; count < 3; count++) bench.submit();
    await bench.settle();
    expect([...bench.failures()]).toEqual([[1, code]]);
    expect([...bench.texts().keys()]).toEqual([0, 2]);
  });

  it('fails only the window that breaks its batch', async () => {
    const bench = new Bench({
      decode: (windows) => {
        if (windows.includes(1)) throw new LonghandError('LH_LANGUAGE_UNKNOWN', 'Expected a language');
      },
    });
    for (let count = 0; count < 4; count++) bench.submit();
    await bench.settle();
    expect([...bench.failures()]).toEqual([[1, 'LH_LANGUAGE_UNKNOWN']]);
    expect([...bench.texts().keys()]).toEqual([0, 2, 3]);
  });

  it('keeps one model resident, and batches only windows of one model', async () => {
    const bench = new Bench();
    for (const model of [int8, fp32, int8]) bench.submit(model);
    await bench.settle();
    expect(bench.log).toEqual([
      ...['load int8', 'encode 0', 'encode 2', 'decode 0 2'],
      ...['dispose', 'load fp32', 'encode 1', 'decode 1'],
    ]);
    expect(bench.open).toBe(1);
  });

  it('fails the windows of a model that cannot be loaded, and no others', async () => {
    const bench = new Bench({
      load: (model) => {
        if (model === fp32) throw new LonghandError('LH_MODEL_INVALID', 'Expected graphs');
      },
    });
    for (const model of [fp32, int8]) bench.submit(model);
    await bench.settle();
    expect([...bench.failures()]).toEqual([[0, 'LH_MODEL_INVALID']]);
    expect([...bench.texts().keys()]).toEqual([1]);
  });

  it('gives a sign of life after each blocking step', async () => {
    const bench = new Bench();
    bench.submit();
    bench.submit();
    await bench.settle();
    const types = bench.sent.map(({ type }) => type).filter((type) => type !== 'state');
    expect(types).toEqual(['alive', 'alive', 'alive', 'alive', 'result', 'result']);
  });

  it('says of each window when its encoding and its decoding begin', async () => {
    const bench = new Bench();
    bench.submit();
    bench.submit();
    await bench.settle();
    const states = bench.sent.flatMap((message) => (message.type === 'state' ? [message] : []));
    expect(states.map(({ id, state }) => `${id} ${state}`)).toEqual([
      '0 encoding',
      '1 encoding',
      '0 decoding',
      '1 decoding',
    ]);
  });

  it('warms up on silence before any request, and keeps the session', async () => {
    const bench = new Bench();
    const warmup = await bench.runner.warmUp(int8);
    expect(warmup.load).toBeGreaterThanOrEqual(0);
    expect(warmup.window).toBeGreaterThan(0);
    bench.submit();
    await bench.settle();
    expect(bench.log).toEqual(['load int8', 'encode 0', 'decode 0', 'encode 0', 'decode 0']);
  });

  it('releases its session when disposed', async () => {
    const bench = new Bench();
    await bench.runner.warmUp(int8);
    bench.runner[Symbol.dispose]();
    expect(bench.open).toBe(0);
  });
});

describe('toCoded', () => {
  it('keeps codes, knows memory, and takes the rest for a defect', () => {
    expect(toCoded(new LonghandError('LH_ENGINE_INPUT', 'x')).code).toBe('LH_ENGINE_INPUT');
    expect(toCoded(OUT_OF_MEMORY).code).toBe('LH_OUT_OF_MEMORY');
    expect(toCoded('std::bad_alloc').code).toBe('LH_OUT_OF_MEMORY');
    expect(toCoded(new Error('x'))).toMatchObject({ code: 'LH_INTERNAL', message: 'x' });
  });
});
