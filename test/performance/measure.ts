import { countErrors, type Errors, type Reference } from '../support/error-rate.ts';
import type { Answer, Contender, Job, SessionMemory, Shares } from './contenders/contender.ts';
import { numbersAsDigits } from './number-words.ts';

/** A job with what is said in its files. */
export interface Task {
  /** The row of the table that it belongs to. */
  readonly label: string;
  readonly job: Job;
  /** One for each file of the job. */
  readonly references: readonly Reference[];
  /** Seconds of all files. */
  readonly audio: number;
}

/** What one task cost one contender. */
export interface Run extends Errors {
  readonly label: string;
  readonly contender: string;
  readonly audio: number;
  /** Wall time. */
  readonly seconds: number;
  /** Seconds from the contender's start until it was ready; null where they are part of `seconds`. */
  readonly load: number | null;
  readonly memory: SessionMemory | null;
  readonly shares: Shares | null;
  readonly found: number;
}

/** The tasks one after the other by a contender that is ready and has worked: `first` is not counted. */
export async function measureReady(contender: Contender, tasks: readonly Task[], first: Job): Promise<Run[]> {
  await using session = await contender.start();
  await session.transcribe(first);
  const runs: Run[] = [];
  for (const task of tasks) {
    const answer = await session.transcribe(task.job);
    runs.push({ ...ran(contender, task, answer), load: session.load });
  }
  const memory = await session.memory();
  return runs.map((run) => ({ ...run, memory }));
}

/** The tasks one after the other, the contender started from nothing for each. */
export async function measureCold(contender: Contender, tasks: readonly Task[]): Promise<Run[]> {
  const runs: Run[] = [];
  for (const task of tasks) runs.push(ran(contender, task, await contender.cold(task.job)));
  return runs;
}

function ran({ name }: Contender, { label, references, audio }: Task, answer: Answer): Run {
  const { seconds, texts, shares, found } = answer;
  if (texts.length !== references.length) {
    throw new Error(`Expected ${references.length} texts of ${name}, got ${texts.length}`);
  }
  const wrong = references.map((reference, index) => errorsOf(texts[index] ?? '', reference));
  const sum = (field: keyof Errors) => wrong.reduce((total, one) => total + one[field], 0);
  const errors = { errors: sum('errors'), units: sum('units') };
  return { label, contender: name, audio, seconds, load: null, memory: null, shares, found, ...errors };
}

/** The errors of a text, where English numbers may be written in either way. */
export function errorsOf(hypothesis: string, reference: Reference): Errors {
  if (reference.language !== 'en') return countErrors(hypothesis, reference);
  return countErrors(numbersAsDigits(hypothesis), { ...reference, text: numbersAsDigits(reference.text) });
}
