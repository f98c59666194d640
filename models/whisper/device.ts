import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { InferenceSession } from 'onnxruntime-node';
import { LonghandError } from '../../workflows/errors.ts';
import { exists } from '../cache/files.ts';

/** What a session computes on: the processor, or a CUDA card by its number. */
export type Device = 'cpu' | `cuda:${number}`;

/** An NVIDIA card as its driver names it. */
export interface Card {
  /** The number that CUDA gives it in this process: that of `cuda:0`. */
  readonly index: number;
  readonly name: string;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly used: number };
  /** Share of the last second in which it computed, 0 to 1; null where the driver does not say. */
  readonly load: number | null;
  /** Degrees Celsius; null where the driver does not say. */
  readonly temperature: number | null;
  readonly uuid: string;
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

/** The NVIDIA cards that this process may use, by their driver's own tool; none where there is no driver. */
export async function listCards(): Promise<Card[]> {
  const fields = 'index,name,memory.total,memory.used,utilization.gpu,temperature.gpu,uuid';
  const options = [`--query-gpu=${fields}`, '--format=csv,noheader,nounits'];
  const { stdout } = await promisify(execFile)('nvidia-smi', options, { timeout: 20_000 }).catch(() => ({
    stdout: '',
  }));
  return visibleCards(parseCards(stdout), process.env.CUDA_VISIBLE_DEVICES);
}

/** The card of a number in this process; undefined where its driver says nothing of it. */
export async function findCard(number: number): Promise<Card | undefined> {
  return (await listCards()).find(({ index }) => index === number);
}

/** Bytes of a card in use, by all processes; 0 where its driver says nothing. */
export async function usedMemoryOf(number: number): Promise<number> {
  return (await findCard(number))?.memory.used ?? 0;
}

/**
 * Reads lines of index, name, mebibytes in all and used, percent of load, degrees and UUID, parted by commas. What the
 * driver does not know of a card stands in brackets.
 */
export function parseCards(csv: string): Card[] {
  return csv.split('\n').flatMap((line) => {
    const [, index, name, total, used, load = '', temperature = '', uuid = ''] =
      /^(\d+), (.+), (\d+), (\d+), ([^,]+), ([^,]+), ([^,]+)$/.exec(line.trim()) ?? [];
    if (!name) return [];
    const percent = numberOf(load);
    return {
      index: Number(index),
      name,
      memory: { total: bytes(total), used: bytes(used) },
      load: percent === null ? null : percent / 100,
      temperature: numberOf(temperature),
      uuid,
    };
  });
}

/**
 * The cards that CUDA shows to a process, with the numbers they have there: all, or those that `chosen` names by number
 * or by the beginning of a UUID, up to the first name that no card has.
 */
export function visibleCards(cards: readonly Card[], chosen: string | undefined): Card[] {
  const isNamed =
    (name: string) =>
    ({ index, uuid }: Card): boolean =>
      name === String(index) || (name.startsWith('GPU-') && uuid.startsWith(name));
  const named = chosen?.split(',').map((name) => cards.find(isNamed(name))) ?? cards;
  const end = named.findIndex((card) => card === undefined);
  return named.slice(0, end < 0 ? undefined : end).flatMap((card, index) => (card ? { ...card, index } : []));
}

const numberOf = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) : null);

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
    const count = await countCards();
    if (number >= count) return missing(`CUDA sees ${count} cards here: see what nvidia-smi says`);
  }
  return error;
}

/** How many cards CUDA may use in this process, those included of which the driver's tool says nothing (parts of a card). */
export async function countCards(): Promise<number> {
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
