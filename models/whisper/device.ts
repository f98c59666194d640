import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { InferenceSession } from 'onnxruntime-node';
import { LonghandError } from '../../workflows/errors.ts';
import { exists } from '../cache/files.ts';

/** What a session computes on: the processor, or a CUDA card by its number. */
export type Device = 'cpu' | `cuda:${number}`;

/** An NVIDIA card as its driver names it. Memory in bytes. */
export interface Card {
  readonly index: number;
  readonly name: string;
  readonly memory: { readonly total: number; readonly used: number };
}

/** @throws LH_OPTION_INVALID when `text` is neither `cpu` nor `cuda:` with a number. */
export function parseDevice(text: string): Device {
  if (text === 'cpu' || /^cuda:\d{1,2}$/.test(text)) return text as Device;
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected a device to be cpu, cuda:0, cuda:1 and so on, but ${JSON.stringify(text)} came.`,
  );
}

/** The number of a CUDA card; null for the processor. */
export const cardNumber = (device: Device): number | null =>
  device === 'cpu' ? null : Number(device.slice('cuda:'.length));

/** ONNX Runtime's execution provider for a device. Of CUDA's options its Node binding hands on the number alone. */
export function providerOf(device: Device): InferenceSession.ExecutionProviderConfig {
  const deviceId = cardNumber(device);
  return deviceId === null ? 'cpu' : { name: 'cuda', deviceId };
}

/** The NVIDIA cards of this machine, by their driver's own tool; none where there is no driver. */
export async function listCards(): Promise<Card[]> {
  const options = ['--query-gpu=index,name,memory.total,memory.used', '--format=csv,noheader,nounits'];
  const { stdout } = await promisify(execFile)('nvidia-smi', options, { timeout: 20_000 }).catch(() => ({
    stdout: '',
  }));
  return parseCards(stdout);
}

/** Bytes of a card in use, by all processes; 0 where its driver says nothing. */
export async function usedMemoryOf(number: number): Promise<number> {
  return (await listCards()).find(({ index }) => index === number)?.memory.used ?? 0;
}

/** Reads lines of index, name, and mebibytes in all and used, parted by commas. */
export function parseCards(csv: string): Card[] {
  return csv.split('\n').flatMap((line) => {
    const [, index, name, total, used] = /^(\d+), (.+), (\d+), (\d+)$/.exec(line.trim()) ?? [];
    if (!name) return [];
    return [{ index: Number(index), name, memory: { total: bytes(total), used: bytes(used) } }];
  });
}

const bytes = (mebibytes: string | undefined): number => Number(mebibytes) * 2 ** 20;

const NO_LIBRARY = /failed to load (shared )?library|cannot open shared object file|is unavailable for CUDA/i;
const NO_CARD =
  /no cuda-capable device|driver version is insufficient|failed to initialize nvml|unsupported display driver|forward compatibility/i;
/** What CUDA answers for a number that no card has, and also on a card too full for a context. */
const NO_ORDINAL = /invalid device ordinal/i;

/** Does `work` on a device. What it throws becomes LH_DEVICE_MISSING where the card or CUDA's libraries are not there. */
export async function onDevice<T>(device: Device, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await deviceError(device, error);
  }
}

async function deviceError(device: Device, error: unknown): Promise<unknown> {
  const number = cardNumber(device);
  if (number === null) return error;
  const message = error instanceof Error ? error.message : String(error);
  const missing = (what: string) =>
    new LonghandError('LH_DEVICE_MISSING', `Expected to compute on ${device}, but ${what}.`, {
      cause: error,
      details: { message },
    });
  if (NO_LIBRARY.test(message)) return missing(await missingLibrary());
  if (NO_CARD.test(message)) return missing('CUDA finds no card it can use: see what nvidia-smi says');
  if (NO_ORDINAL.test(message)) {
    const count = await visibleCards();
    if (number >= count) return missing(`CUDA sees ${count} cards here: see what nvidia-smi says`);
  }
  return error;
}

/** How many cards CUDA may use in this process. */
async function visibleCards(): Promise<number> {
  const { CUDA_VISIBLE_DEVICES: chosen } = process.env;
  return chosen === undefined
    ? (await listCards()).length
    : chosen.split(',').filter((name) => name !== '').length;
}

/** Whether ONNX Runtime's own CUDA library is installed. */
export function hasCudaProvider(): Promise<boolean> {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  const provider = join(dirname(main), '../bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so');
  return exists(provider);
}

/** Which of the libraries is not there, and how to get it. */
async function missingLibrary(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `ONNX Runtime for Node has CUDA on Linux x64 alone, not on ${process.platform} ${process.arch}`;
  }
  return (await hasCudaProvider())
    ? 'the libraries of CUDA or cuDNN 9 that it was built for cannot be loaded: install them (docs/engine.md), and name their folders in LD_LIBRARY_PATH'
    : "ONNX Runtime's CUDA libraries are not installed: run ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node";
}
