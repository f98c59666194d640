import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineModel, FromEngine, Window } from '../../../models/engine/protocol.ts';
import { EngineRunner } from '../../../models/engine/runner.ts';
import { WhisperSession } from '../../../models/whisper/session.ts';
import type { WindowResult } from '../../../models/whisper/session.ts';
import { realModel } from '../../support/real-model.ts';
import { realWindows } from './bench.ts';

const LIMIT = 600_000;

let model: EngineModel;
let session: WhisperSession;
let windows: readonly Window[];
/** What is said of each window alone. */
let alone: readonly WindowResult[];

/** What a fresh engine with that batch size says of windows that it is given together, in their order. */
async function transcribe(wanted: readonly Window[], batch: number): Promise<WindowResult[]> {
  const results = new Map<number, WindowResult>();
  let done = () => {};
  const answered = new Promise<void>((resolve) => (done = resolve));
  const send = (message: FromEngine): void => {
    if (message.type === 'result') results.set(message.id, message.result);
    if (message.type === 'failed') throw new Error(message.message);
    if (results.size === wanted.length) done();
  };
  const runner = new EngineRunner({ device: 'cpu', threads: 2, batch }, () => Promise.resolve(session), send);
  wanted.forEach((window, id) => runner.submit(id, window));
  await answered;
  return wanted.map((_, id) => results.get(id)!);
}

beforeAll(async () => {
  model = await realModel();
  session = await WhisperSession.load({ ...model, device: 'cpu', threads: 2 });
  const short = realWindows(model, 30)
    .filter(({ pcm }) => pcm.length < 7 * 16_000)
    .slice(0, 3);
  windows = [
    ...short,
    // This one loops at temperature 0, and is drawn.
    { ...short[0]!, decode: { language: 'ja' } },
    { ...short[1]!, decode: { language: 'auto', languages: ['en', 'zh'], prompt: '以下是普通话的句子。' } },
  ];
  const each: WindowResult[] = [];
  for (const window of windows) each.push(...(await transcribe([window], 1)));
  alone = each;
}, LIMIT);
afterAll(() => session[Symbol.dispose]());

it(
  'a window has one text, whatever its mates, their order and number, and the batch size',
  async () => {
    expect(alone[3]!.temperature).toBeGreaterThan(0);
    const order = fc.array(fc.nat(4), { minLength: 1, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(order, fc.constantFrom(1, 3, 6), async (indices, batch) => {
        const results = await transcribe(
          indices.map((index) => windows[index]!),
          batch,
        );
        expect(results).toEqual(indices.map((index) => alone[index]));
      }),
      { numRuns: 5 },
    );
  },
  LIMIT,
);
