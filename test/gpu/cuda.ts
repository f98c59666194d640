/**
 * What the tests of a CUDA card share. They need a card that nobody else uses, ONNX Runtime's CUDA libraries
 * (`ONNXRUNTIME_NODE_INSTALL=cuda12 npm ci`, some 300 MB), cuDNN 9 and the CUDA they were built for where the
 * loader finds them (the gpu image has them), and Whisper base. Where one is missing they are skipped, and say which.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { EngineProcess } from '../../models/engine/process.ts';
import type { EngineModel, EngineSettings } from '../../models/engine/protocol.ts';
import { listCards } from '../../models/whisper/device.ts';

export const MB = 2 ** 20;
export const CUDA: EngineSettings = { device: 'cuda:0', threads: 2, batch: 8 };

/** Why the tests cannot run on this machine, or null; said on standard error too. */
export async function whyNoCuda(model: () => Promise<EngineModel>): Promise<string | null> {
  const reason = await findReason(model);
  if (reason !== null) process.stderr.write(`Tests of a CUDA card are skipped: ${reason}\n`);
  return reason;
}

async function findReason(model: () => Promise<EngineModel>): Promise<string | null> {
  if ((await listCards()).length === 0) return 'nvidia-smi finds no card.';
  await using engine = new EngineProcess(CUDA, await model());
  return await engine.ready.then(
    () => null,
    (error: unknown) => {
      if ((error as { code?: string }).code === 'LH_DEVICE_MISSING') return (error as Error).message;
      throw error;
    },
  );
}

/** An engine on the card that has warmed up. */
export async function startOnCard(model: EngineModel): Promise<EngineProcess> {
  const engine = new EngineProcess(CUDA, model);
  await engine.ready;
  return engine;
}

/** Bytes of the card in use, by all processes: in a container the driver does not tell them apart. */
export async function usedMemory(): Promise<number> {
  return (await listCards())[0]?.memory.used ?? 0;
}

/** Waits until at most `bytes` of the card are in use, 20 s at most, and says how many are. */
export async function usedMemoryBelow(bytes: number): Promise<number> {
  const deadline = performance.now() + 20_000;
  let used = await usedMemory();
  for (; used > bytes && performance.now() < deadline; used = await usedMemory()) await setTimeout(200);
  return used;
}

/** Leaves so many bytes of the card free until the function it gives back is called. */
export async function fillCard(leave: number): Promise<() => Promise<void>> {
  const script = new URL('./fill.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', script, '0', String(leave)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const outcome = await Promise.race([
    once(child.stdout, 'data').then(() => 'full'),
    ended.then(() => 'ended'),
  ]);
  if (outcome === 'ended')
    throw new Error('Expected the card to be filled, but the process that fills it ended');
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
}
