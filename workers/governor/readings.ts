import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import { memoryRoom } from '../../models/engine/free-memory.ts';
import { cardNumber, findCard, type Device } from '../../models/whisper/device.ts';
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

/** By the card's own number: CUDA may have shown us a part of them. */
async function readCard(number: number, pids: readonly number[]): Promise<Reading | null> {
  const card = await findCard(number);
  if (!card) return null;
  const { memory, load, temperature } = card;
  const own = ownOf(await processesOn(card.uuid), pids);
  return { total: memory.total, free: memory.total - memory.used, own, load, temperature };
}

async function processesOn(uuid: string): Promise<string> {
  const options = [`--id=${uuid}`, '--query-compute-apps=pid,used_memory', '--format=csv,noheader,nounits'];
  const asked = promisify(execFile)('nvidia-smi', options, { timeout: 20_000 });
  return asked.then(
    ({ stdout }) => stdout,
    () => '',
  );
}

/**
 * Bytes that these processes hold of a card, of which nvidia-smi says number and mebibytes of each process on it, a line
 * each. In a container it knows processes by other numbers, or none: null.
 */
export function ownOf(processes: string, pids: readonly number[]): number | null {
  const ours = processes.split('\n').flatMap((line) => {
    const [, pid, held] = /^(\d+), (\d+)$/.exec(line.trim()) ?? [];
    return pids.includes(Number(pid)) ? Number(held) * MEBIBYTE : [];
  });
  return ours.length > 0 ? ours.reduce((sum, held) => sum + held, 0) : null;
}
