import { readFileSync } from 'node:fs';
import { EngineProcess } from '../../../models/engine/process.ts';
import type { EngineModel, EngineSettings } from '../../../models/engine/protocol.ts';
import type { Errors } from '../../support/error-rate.ts';
import { processorTime } from '../../support/processes.ts';
import { errorsOf } from '../measure.ts';
import type { Passage } from './passages.ts';

/** What one run of a device's engines cost and said. */
export interface Measurement {
  /** Seconds until a model was loaded, of its engines the longest. */
  readonly load: number;
  /** Seconds on the clock, and of processor time, for the passages that are timed. */
  readonly seconds: number;
  readonly processor: number;
  /** Bytes: the engines' peaks after them, together. */
  readonly memory: number;
  /** Of all passages, by their groups. */
  readonly errors: ReadonlyMap<string, Errors>;
}

/** Transcribes passages, first those that are timed, with engines that are started for it and ended after. */
export async function measure(
  settings: readonly EngineSettings[],
  model: EngineModel,
  timed: readonly Passage[],
  others: readonly Passage[],
): Promise<Measurement> {
  const engines = settings.map((each) => new EngineProcess(each, model));
  try {
    const warmups = await Promise.all(engines.map(({ ready }) => ready));
    const before = processorTimes(engines);
    const start = performance.now();
    const said = await transcribe(engines, model, timed);
    const seconds = (performance.now() - start) / 1000;
    const processor = (processorTimes(engines) - before) / 1000;
    const memory = engines.reduce((sum, { pid }) => sum + peakOf(pid ?? 0), 0);
    const texts = [...said, ...(await transcribe(engines, model, others))];
    const errors = new Map<string, Errors>();
    [...timed, ...others].forEach(({ group, reference }, index) => {
      const known = errors.get(group) ?? { errors: 0, units: 0 };
      const more = errorsOf(texts[index] ?? '', reference);
      errors.set(group, { errors: known.errors + more.errors, units: known.units + more.units });
    });
    const load = Math.max(...warmups.map((warmup) => warmup.load)) / 1000;
    return { load, seconds, processor, memory, errors };
  } finally {
    await Promise.all(engines.map((engine) => engine[Symbol.asyncDispose]()));
  }
}

/** The texts of passages, their windows dealt out to the engines in turn. */
function transcribe(
  engines: readonly EngineProcess[],
  model: EngineModel,
  passages: readonly Passage[],
): Promise<string[]> {
  let next = 0;
  const texts = passages.map(async ({ windows, language }) => {
    const submitted = windows.map((pcm) => {
      const engine = engines[next++ % engines.length]!;
      return engine.submit({ model, pcm, decode: { language } });
    });
    const results = await Promise.all(submitted);
    return results.flatMap(({ segments }) => segments.map(({ text }) => text)).join(' ');
  });
  return Promise.all(texts);
}

const processorTimes = (engines: readonly EngineProcess[]): number =>
  engines.reduce((sum, { pid }) => sum + processorTime(pid ?? 0), 0);

/** The most bytes a process has held. */
function peakOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
