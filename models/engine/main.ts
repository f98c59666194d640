/** The engine process: takes windows from its parent, answers with their text. Ends when its parent is gone. */
import { WhisperSession } from '../whisper/session.ts';
import { MemoryBound } from './memory-bound.ts';
import type { FromEngine, ToEngine } from './protocol.ts';
import { EngineRunner, toCoded } from './runner.ts';

/** The share of its memory that an engine plans with: what a run takes for a moment is not seen behind it. */
const PLANNED = 0.95;

const send = (message: FromEngine): void => void process.send?.(message);

let runner: EngineRunner | undefined;

async function start(message: ToEngine & { type: 'start' }): Promise<void> {
  const { settings, model } = message;
  runner = new EngineRunner(
    settings,
    (wanted, { device, threads }) => WhisperSession.load({ ...wanted, device, threads }),
    send,
    // A card's memory is bounded by what its driver refuses.
    settings.device === 'cpu' ? new MemoryBound(PLANNED * (settings.memory ?? Infinity)) : undefined,
  );
  try {
    send({ type: 'ready', warmup: await runner.warmUp(model) });
  } catch (error) {
    const { code, message } = toCoded(error);
    send({ type: 'fatal', code, message });
    process.disconnect();
  }
}

process.on('message', (message: ToEngine) => {
  if (message.type === 'start') void start(message);
  else if (message.type === 'window') runner?.submit(message.id, message.window);
  else runner?.cancel(message.id);
});

process.once('disconnect', () => {
  runner?.[Symbol.dispose]();
  process.exit();
});

// The parent decides when the engine ends; a Ctrl-C in the terminal reaches the whole group.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
