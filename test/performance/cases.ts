import { dirname } from 'node:path';
import { clipsOf, pathOf, referenceOf } from '../support/manifest.ts';
import type { Recording, Recordings } from './audio/recordings.ts';
import type { Contender } from './contenders/contender.ts';
import { LONGHAND, LONGHAND_LIBRARY, OURS } from './contenders/longhand.ts';
import type { Peer, Peers } from './contenders/peers.ts';
import type { Task } from './measure.ts';

/** The cases that are run unless others are asked for, and those on demand. */
export const USUAL_CASES = ['ten-minutes', 'hour', 'clips', 'clip', 'languages'] as const;
export const CASES = [...USUAL_CASES, 'ten-hours'] as const;
export type CaseName = (typeof CASES)[number];

/** What contenders do in a case. In each round all that still have one take turns. */
export interface Entry {
  readonly tasks: readonly Task[];
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  /** Whether each task starts its contender from nothing. */
  readonly cold: boolean;
}

const ROUNDS = 3;
/** Clips that are transcribed one at a time. */
const SINGLE_CLIPS = 5;

/** The cases that a command line names; all usual ones where it names none. Throws for a name that is none. */
export function casesOf(names: readonly string[]): readonly CaseName[] {
  const unknown = names.find((name) => !CASES.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`Expected cases of ${CASES.join(', ')}, got ${unknown}`);
  return names.length === 0 ? USUAL_CASES : CASES.filter((name) => names.includes(name));
}

/** What a case consists of, its audio made. */
export async function entriesOf(
  name: CaseName,
  recordings: Recordings,
  { contenders }: Peers,
): Promise<Entry[]> {
  const entry = (
    tasks: readonly Task[],
    peers: readonly Peer[],
    { rounds = ROUNDS, cold = false, ours = [LONGHAND] as readonly Contender[] } = {},
  ): Entry => {
    const there = peers.flatMap((peer) => contenders[peer] ?? []);
    return { tasks, contenders: [...ours, ...there], rounds, cold };
  };
  const long = async (times: number) => [english(name, [await recordings.tenMinutes(times)])];
  switch (name) {
    case 'ten-minutes': {
      const tasks = await long(1);
      return [
        entry(tasks, ['int8', 'float32', 'words'], { ours: OURS }),
        entry(tasks, ['whisperCpp', 'transformersJs'], { rounds: 1, ours: [] }),
      ];
    }
    case 'hour':
      return [entry(await long(6), ['int8', 'float32', 'words'], { rounds: 1, ours: OURS })];
    case 'ten-hours':
      return [entry(await long(60), [], { rounds: 1 })];
    case 'clips': {
      const clips = await recordings.clips();
      const folder = dirname(clips[0]?.path ?? '');
      return [entry([english(name, clips, folder)], ['int8', 'joined'])];
    }
    case 'clip': {
      const single = (await recordings.clips()).slice(0, SINGLE_CLIPS);
      const cold = single.slice(0, 1).map((clip) => english('clip, from nothing', [clip]));
      return [
        entry(
          single.map((clip) => english(name, [clip])),
          ['int8'],
          { ours: [LONGHAND, LONGHAND_LIBRARY] },
        ),
        entry(cold, ['int8'], { cold: true }),
      ];
    }
    case 'languages':
      return [entry(languageTasks(), ['sequential'], { rounds: 1 })];
  }
}

/** English, which both sides are told. */
function english(label: string, recordings: readonly Recording[], folder: string | null = null): Task {
  return {
    label,
    job: { files: recordings.map(({ path }) => path), folder, language: 'en' },
    references: recordings.map(({ text }) => ({ text, language: 'en' })),
    audio: recordings.reduce((total, { duration }) => total + duration, 0),
  };
}

/** The speech of the test audio, a task for each language, which nobody is told. */
function languageTasks(): Task[] {
  const speech = clipsOf('speech');
  return [...new Set(speech.map(({ language }) => language))].map((language) => {
    const clips = speech.filter((clip) => clip.language === language);
    return {
      label: `languages: ${language}`,
      job: { files: clips.map(pathOf), folder: null, language: null },
      references: clips.map(referenceOf),
      audio: clips.reduce((total, { duration }) => total + duration, 0),
    };
  });
}
