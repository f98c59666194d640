import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { PHASES, SAMPLE_RATE, type Progress, type TranscriptionResult } from '../workflows/contract.ts';
import { GRPC, grpcStatusOf, isPassing } from './failure.ts';
import { summaryOf } from './summary.ts';

/** What a section that runs as a child answers; its samples, gaps and falls. */
type SectionCounts = Pick<Progress, 'committed' | 'gaps' | 'falls'>;

const NOTHING: SectionCounts = { committed: 0, gaps: 0, falls: 0 };

/** How far one run is, asked for again and again: no answer is lower than one given before. */
export class ProgressReader {
  readonly #client: Client;
  readonly #id: string;
  readonly #runId: string;
  readonly #sections = new Map<string, SectionCounts>();
  #last: Progress;

  constructor(client: Client, id: string, runId: string) {
    this.#client = client;
    this.#id = id;
    this.#runId = runId;
    const nowhere = { phase: PHASES[0], total: 0, sectionsDone: 0, sections: 0, running: [] } as const;
    this.#last = { ...nowhere, ...NOTHING, job: `${id}.${runId}` };
  }

  /**
   * What the workflow has folded, and what its running sections have committed. Where no worker answers: what was
   * known last. Rejects with what the run ended with, if that was no result.
   */
  async read(): Promise<Progress> {
    const handle = this.#client.workflow.getHandle(this.#id, this.#runId);
    const { status, phase } = summaryOf(await handle.describe());
    if (status !== 'running') return this.#keep(this.#atEnd((await handle.result()) as TranscriptionResult));
    try {
      return this.#keep(await this.#ask());
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      return this.#keep({ ...this.#last, phase });
    }
  }

  async #ask(): Promise<Progress> {
    const { workflow } = this.#client;
    const progress = await workflow.getHandle(this.#id, this.#runId).query<Progress>('progress');
    const sections = await Promise.all(progress.running.map((id) => this.#askSection(id)));
    const sumOf = (count: keyof SectionCounts): number =>
      sections.reduce((sum, section) => sum + section[count], progress[count]);
    return { ...progress, committed: sumOf('committed'), gaps: sumOf('gaps'), falls: sumOf('falls') };
  }

  /** A section that does not answer has committed what it had when it last did. */
  async #askSection(id: string): Promise<SectionCounts> {
    const known = this.#sections.get(id);
    try {
      const counts = await this.#client.workflow.getHandle(id).query<SectionCounts>('progress');
      this.#sections.set(id, counts);
      return counts;
    } catch (error) {
      // Named by its transcription, but not started yet.
      if (error instanceof WorkflowNotFoundError || (known && isUnanswered(error))) return known ?? NOTHING;
      throw error;
    }
  }

  #atEnd({ job, duration, sections, gaps, falls }: TranscriptionResult): Progress {
    // The result's duration is rounded to milliseconds.
    const total = this.#last.total || Math.round(duration * SAMPLE_RATE);
    const counts = { job, committed: total, total, gaps, falls, sectionsDone: sections, sections };
    return { ...this.#last, ...counts, phase: 'done', running: [] };
  }

  /** Several queries are not one moment: what was counted once stays. */
  #keep(progress: Progress): Progress {
    const last = this.#last;
    const higher = (count: 'committed' | 'total' | 'gaps' | 'falls' | 'sectionsDone' | 'sections'): number =>
      Math.max(last[count], progress[count]);
    this.#last = {
      phase: PHASES[Math.max(PHASES.indexOf(last.phase), PHASES.indexOf(progress.phase))] ?? progress.phase,
      committed: higher('committed'),
      total: higher('total'),
      gaps: higher('gaps'),
      falls: higher('falls'),
      sectionsDone: higher('sectionsDone'),
      sections: higher('sections'),
      job: progress.job,
      running: progress.running,
    };
    return this.#last;
  }
}

/** Whether a query failed because no worker is there to answer it, the server having answered just before. */
export function isUnanswered(error: unknown): boolean {
  return isPassing(error) || grpcStatusOf(error) === GRPC.failedPrecondition;
}
