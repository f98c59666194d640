/** The engine process: takes windows from its parent, answers with their text. Ends when its parent is gone. */
import { cardNumber, usedMemoryOf, type Device } from '../whisper/device.ts';
import { WhisperSession } from '../whisper/session.ts';
import { MemoryBound } from './memory-bound.ts';
import type { FromEngine, ToEngine, Warmup } from './protocol.ts';
import { EngineRunner, toCoded } from './runner.ts';

/** The share of its memory that an engine plans with: what a run takes for a moment is not seen behind it. */
const PLANNED = 0.95;

const send = (message: FromEngine): void => void process.send?.(message);

let runner: EngineRunner | undefined;
let warmUpAgain: () => Promise<Warmup | null> = () => Promise.resolve(null);

async function start(message: ToEngine & { type: 'start' }): Promise<void> {
  const { settings, model } = message;
  const started = new EngineRunner(
    settings,
    (wanted, { device, threads }) => WhisperSession.load({ ...wanted, device, threads }),
    send,
    // A card's memory is bounded by what its driver refuses.
    settings.device === 'cpu' ? new MemoryBound(PLANNED * (settings.memory ?? Infinity)) : undefined,
  );
  runner = started;
  try {
    const held = await gauge(settings.device);
    warmUpAgain = () => started.warmUpAgain(model, held);
    send({ type: 'ready', warmup: await started.warmUp(model, held) });
  } catch (error) {
    const { code, message } = toCoded(error);
    send({ type: 'fatal', code, message });
    process.disconnect();
  }
}

/** Tells the bytes that this process holds on a device. A driver does not tell who holds a card: what it is now, is others'. */
async function gauge(device: Device): Promise<() => Promise<number>> {
  const number = cardNumber(device);
  if (number === null) return () => Promise.resolve(process.memoryUsage.rss());
  const before = await usedMemoryOf(number);
  return async () => Math.max(0, (await usedMemoryOf(number)) - before);
}

/** What does not fit now is loaded by the next window, which says so. */
async function warm(): Promise<void> {
  const warmup = await warmUpAgain().catch(() => null);
  if (warmup) send({ type: 'ready', warmup });
}

process.on('message', (message: ToEngine) => {
  if (message.type === 'start') void start(message);
  else if (message.type === 'window') runner?.submit(message.id, message.window);
  else if (message.type === 'limit') runner?.limit(message.batch);
  else if (message.type === 'release') runner?.release();
  else if (message.type === 'warm') void warm();
  else runner?.cancel(message.id);
});

process.once('disconnect', () => {
  runner?.[Symbol.dispose]();
  process.exit();
});

// The parent decides when the engine ends; a Ctrl-C in the terminal reaches the whole group.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
