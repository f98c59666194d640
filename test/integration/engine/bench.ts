import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineProcess, type EngineDeadlines } from '../../../models/engine/process.ts';
import type { EngineModel, EngineSettings, Window } from '../../../models/engine/protocol.ts';
import { clipsOf, pathOf } from '../../support/manifest.ts';
import { pcmOf } from '../../support/pcm.ts';

export const SETTINGS: EngineSettings = { device: 'cpu', threads: 2, batch: 8 };

/** The same graphs in another folder, which to an engine are another model, until it is disposed of. */
export async function sameGraphsElsewhere(
  model: EngineModel,
): Promise<AsyncDisposable & { readonly model: EngineModel }> {
  const folder = await mkdtemp(join(tmpdir(), 'longhand-graphs-'));
  const graphs = join(folder, 'graphs');
  await symlink(model.graphs, graphs);
  return {
    model: { ...model, graphs },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

/** An engine that has warmed up. */
export async function startEngine(model: EngineModel, deadlines?: EngineDeadlines): Promise<EngineProcess> {
  const engine = new EngineProcess(SETTINGS, model, deadlines && { deadlines });
  await engine.ready;
  return engine;
}

/** The test audio's speech of at most 30 s as windows: many lengths, three languages, which are not told. */
export function realWindows(model: EngineModel, count: number): Window[] {
  const clips = clipsOf('speech').filter(({ duration }) => duration < 30);
  return clips.slice(0, count).map((clip) => ({
    model,
    pcm: Int16Array.from(pcmOf(pathOf(clip)), (sample) => Math.round(sample * 32_767)),
    decode: { language: 'auto' },
  }));
}

/** Limits the address space of a running process to what it has and `more` bytes. */
export function limitMemory(pid: number, more: number): void {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[0]);
  execFileSync('prlimit', ['--pid', String(pid), `--as=${pages * 4096 + more}:`]);
}

/** Lifts the limit of `limitMemory`. */
export function freeMemory(pid: number): void {
  execFileSync('prlimit', ['--pid', String(pid), '--as=unlimited:']);
}

/** The memory that a process holds, in bytes. */
export function residentMemory(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
