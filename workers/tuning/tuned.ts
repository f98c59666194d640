import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Device } from '../../models/whisper/device.ts';
import type { Precision } from '../../models/whisper/precision.ts';
import { LonghandError, systemCode } from '../../workflows/errors.ts';
import type { Layout } from '../device.ts';
import { findDevices } from '../devices/found.ts';
import { diskFailure } from '../../activities/store/failure.ts';
import type { Speed } from './tune.ts';

/** The best layout that was measured for a device and a model: a file of the home, which people may change. */
export interface Tuned extends Layout, Speed {
  readonly device: Device;
  /** Name of what was measured: what is found under the same number later may be other hardware. */
  readonly hardware: string;
  readonly model: string;
  readonly precision: Precision;
  /** Bytes that the engines of a CPU were bound to; null where to what was free. */
  readonly limit: number | null;
}

/** From and to where people may change a layout. */
const RANGES = { engines: [1, 256], threads: [1, 1024], batch: [1, 64] } as const;

export const tunedFile = (home: string, device: Device, model: string): string =>
  join(home, 'tuning', `${device.replace(':', '')}-${model}.json`);

/** Keeps a layout for the gpu workers of the home; gives its file. Throws LH_DISK_FULL, LH_NOT_WRITABLE. */
export async function writeTuned(home: string, tuned: Tuned): Promise<string> {
  const file = tunedFile(home, tuned.device, tuned.model);
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, `${JSON.stringify(tuned, null, 2)}\n`);
    await rename(draft, file);
  } catch (error) {
    throw diskFailure(error, file);
  }
  return file;
}

/**
 * The layout that was measured for a device, or null: where there is none, or it is for other hardware or for more memory than
 * `limit`, which `say` is told. Throws LH_OPTION_INVALID for a file that is none.
 */
export async function readTuned(
  home: string,
  {
    device,
    model,
    limit,
  }: { readonly device: Device; readonly model: string; readonly limit: number | null },
  say: (line: string) => void,
): Promise<Tuned | null> {
  const file = tunedFile(home, device, model);
  const tuned = await read(file);
  if (tuned === null) return null;
  const hardware = await hardwareOf(device);
  if (tuned.hardware !== hardware) {
    say(`Not tuned: ${file} is for ${tuned.hardware}, and ${device} is ${hardware}; see longhand tune`);
    return null;
  }
  if (limit !== null && tuned.memory > limit) {
    const needs = `${Math.round(tuned.memory / 1e6)} MB, more than the ${Math.round(limit / 1e6)} MB`;
    say(`Not tuned: the layout of ${file} takes ${needs} that --memory allows; see longhand tune`);
    return null;
  }
  const { engines, threads, batch, realTime } = tuned;
  const layout = `${engines} × ${threads} threads, batches of ${batch}`;
  say(
    `Tuned: ${device} has ${layout}, ${realTime.toFixed(0)} times real time when it was measured (${file})`,
  );
  return tuned;
}

/** What a device is, for people and to know it again. */
export async function hardwareOf(device: Device): Promise<string> {
  return (await findDevices()).find((one) => one.device === device)?.name ?? 'unknown';
}

async function read(file: string): Promise<Tuned | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw diskFailure(error, file);
  }
  let tuned: Partial<Tuned> | null;
  try {
    tuned = JSON.parse(text) as Partial<Tuned> | null;
  } catch {
    throw invalid(file, 'to be JSON, as longhand tune writes it', text.slice(0, 40));
  }
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = tuned?.[name as keyof typeof RANGES];
    if (value !== undefined && Number.isInteger(value) && value >= least && value <= most) continue;
    throw invalid(file, `${name} to be a whole number from ${least} to ${most}`, value);
  }
  return tuned as Tuned;
}

function invalid(file: string, what: string, got: unknown): LonghandError {
  return new LonghandError('LH_OPTION_INVALID', `Expected of ${file} ${what}, got ${JSON.stringify(got)}`);
}
