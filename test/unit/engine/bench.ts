import { setImmediate, setTimeout } from 'node:timers/promises';
import type { MemoryBound } from '../../../models/engine/memory-bound.ts';
import type { EngineModel, EngineSettings, FromEngine, WindowCost } from '../../../models/engine/protocol.ts';
import { EngineRunner } from '../../../models/engine/runner.ts';
import type { DecodeOptions } from '../../../models/whisper/decode-options.ts';
import type { DecodeRow, WhisperSession, WindowResult } from '../../../models/whisper/session.ts';
import type { Segment } from '../../../models/whisper/tokens.ts';

export const int8: EngineModel = { folder: 'base', graphs: 'base/int8', precision: 'int8' };
export const fp32: EngineModel = { folder: 'base', graphs: 'base/fp32', precision: 'fp32' };

/** How the fake session behaves; windows are known by their last sample but one. */
interface Behaviour {
  readonly encode?: (window: number) => void;
  readonly decode?: (windows: readonly number[], fill: number) => void;
  readonly load?: (model: EngineModel) => void;
  /** What a window's text is at a temperature, where it is no good one. */
  readonly hear?: (window: number, temperature: number) => Partial<WindowResult>;
}

/** A runner on a session that computes nothing and writes down what it is asked. */
export class Bench {
  readonly log: string[] = [];
  readonly sent: FromEngine[] = [];
  readonly runner: EngineRunner;
  open = 0;
  readonly #cancelAt = new Map<string, number>();
  #id = 0;

  constructor(
    behaviour: Behaviour = {},
    batch = 4,
    device: EngineSettings['device'] = 'cpu',
    bound?: MemoryBound,
  ) {
    const settings: EngineSettings = { device, threads: 1, batch };
    const load = (model: EngineModel) => {
      this.#note(`load ${model.precision}`);
      behaviour.load?.(model);
      return Promise.resolve(this.#session(behaviour));
    };
    this.runner = new EngineRunner(settings, load, (message) => this.sent.push(message), bound);
  }

  #session({ encode, decode, hear }: Behaviour): WhisperSession {
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
        rows: readonly (Omit<DecodeRow, 'encoded'> & { encoded: { window: number } })[],
        fill: number,
      ) => {
        const windows = rows.map(({ encoded }) => encoded.window);
        const noted = rows.map(({ encoded, sampling }) =>
          sampling ? `${encoded.window}@${sampling.temperature}` : `${encoded.window}`,
        );
        this.#note(`decode ${noted.join(' ')}`);
        await setImmediate();
        decode?.(windows, fill);
        return rows.map(({ encoded, decode, samples, sampling }) => ({
          language: decode.language,
          languageProbability: 1,
          noSpeech: 0,
          averageLogProbability: 0,
          temperature: sampling?.temperature ?? 0,
          isWhole: true,
          tokens: [],
          segments: [{ start: 0, end: samples, text: `window ${encoded.window}`, tokens: [] }],
          ...hear?.(encoded.window, sampling?.temperature ?? 0),
        }));
      },
      tokens: {
        special: { timestampBegin: 1000 },
        segments: (
          tokens: readonly number[],
          end: number,
          _: string,
          heard?: WindowResult['heard'],
        ): Segment[] => {
          const words = heard?.map((times, index) => ({ ...times, text: `${tokens[index]}` }));
          return [{ start: 0, end, text: tokens.join(' '), ...(words && { words }) }];
        },
      },
      [Symbol.dispose]: () => {
        this.#note('dispose');
        this.open -= 1;
      },
    };
    return session as unknown as WhisperSession;
  }

  /** Submits a window whose id is its last sample but one, and whose last is loud. */
  submit(model = int8, length = 2, decode: Partial<DecodeOptions> = {}): number {
    const id = this.#id++;
    const pcm = new Int16Array(length);
    pcm.set([id, 1000], length - 2);
    this.runner.submit(id, { model, pcm, decode: { language: 'en', ...decode } });
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

  /** Waits until all windows but `cancelled` have their answer, then until nothing more happens. */
  async settle(cancelled = 0): Promise<void> {
    for (let turn = 0; turn < 2000 && this.answered().length < this.#id - cancelled; turn++)
      await setTimeout(1);
    for (let seen = -1; seen < this.log.length;) {
      seen = this.log.length;
      // Longer than a batch that is not full waits for another window.
      await setTimeout(40);
    }
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

  results(): Map<number, WindowResult> {
    const of = (message: FromEngine) =>
      message.type === 'result' ? [[message.id, message.result] as const] : [];
    return new Map(this.sent.flatMap(of));
  }

  /** Of each window in the order of the answers. */
  costs(): WindowCost[] {
    return this.sent.flatMap((message) => (message.type === 'result' ? [message.cost] : []));
  }

  failures(): Map<number, string> {
    const of = (message: FromEngine) =>
      message.type === 'failed' ? [[message.id, message.code] as const] : [];
    return new Map(this.sent.flatMap(of));
  }
}
