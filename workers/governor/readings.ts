import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import { memoryRoom } from '../../models/engine/free-memory.ts';
import { cardNumber, type Device } from '../../models/whisper/device.ts';
import type { Reading } from './memory-use.ts';

/** Reads a device whose engines are these processes; null where its driver does not answer. */
export type ReadDevice = (pids: readonly number[]) => Promise<Reading | null>;

export function readerOf(device: Device): ReadDevice {
  const number = cardNumber(device);
  return number === null ? hostReader() : (pids) => readCard(number, pids);
}

const PAGE = 4096;
const MEBIBYTE = 2 ** 20;

/** The host's load is that since the reading before. */
function hostReader(): ReadDevice {
  let before = ticks();
  return async (pids) => {
    const now = ticks();
    const [busy, all] = [now.busy - before.busy, now.all - before.all];
    before = now;
    return {
      ...memoryRoom(),
      own: await residentMemory(pids),
      load: all > 0 ? busy / all : null,
      temperature: null,
    };
  };
}

function ticks(): { busy: number; all: number } {
  const times = cpus().map(({ times }) => times);
  const all = times.reduce((sum, each) => sum + Object.values(each).reduce((a, b) => a + b, 0), 0);
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all };
}

/** Null where the system does not say, as macOS. */
async function residentMemory(pids: readonly number[]): Promise<number | null> {
  const statistics = pids.map(async (pid) => readFile(`/proc/${pid}/statm`, 'utf8'));
  const texts = await Promise.all(statistics).catch(() => null);
  return texts && texts.reduce((sum, text) => sum + Number(text.split(' ')[1]) * PAGE, 0);
}

async function readCard(number: number, pids: readonly number[]): Promise<Reading | null> {
  const [card, processes] = await Promise.all([
    ask(number, '--query-gpu=memory.total,memory.used,utilization.gpu,temperature.gpu'),
    ask(number, '--query-compute-apps=pid,used_memory'),
  ]);
  return parseCard(card, processes, pids);
}

async function ask(number: number, query: string): Promise<string> {
  const options = [`--id=${number}`, query, '--format=csv,noheader,nounits'];
  const asked = promisify(execFile)('nvidia-smi', options, { timeout: 20_000 });
  return asked.then(
    ({ stdout }) => stdout,
    () => '',
  );
}

/**
 * Reads what nvidia-smi says of a card (mebibytes in all and used, percent, degrees) and of the processes on it (number and
 * mebibytes, a line each). In a container it knows processes by other numbers, or none.
 */
export function parseCard(card: string, processes: string, pids: readonly number[]): Reading | null {
  const [total, used, load, temperature] = card.trim().split(', ').map(toNumber);
  if (total == null || used == null) return null;
  const ours = processes.split('\n').flatMap((line) => {
    const [pid, held] = line.trim().split(', ').map(toNumber);
    return pid != null && held != null && pids.includes(pid) ? held * MEBIBYTE : [];
  });
  return {
    total: total * MEBIBYTE,
    free: (total - used) * MEBIBYTE,
    own: ours.length > 0 ? ours.reduce((sum, held) => sum + held, 0) : null,
    load: load == null ? null : load / 100,
    temperature: temperature ?? null,
  };
}

/** Null for `[N/A]` and all else that is no number. */
const toNumber = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) : null);
