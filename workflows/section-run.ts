import {
  speechOf,
  type Chunk,
  type ChunkOutcome,
  type ChunkRequest,
  type ChunkTry,
  type LanguagePer,
  type Rung,
  type Span,
} from './contract.ts';
import { decodeOptions, type Wording } from './decode-options.ts';
import { asksForNextRung, codedFailure } from './failures.ts';
import { isHeardAgain, mainLanguage, weighLanguages, type LanguageWeights } from './language.ts';
import { merge } from './merge.ts';
import { preview } from './preview.ts';
import { gpu, media } from './proxies.ts';
import { chunkSummary, sectionSummary } from './summaries.ts';

export interface SectionInput {
  readonly job: string;
  /** Number of the section, from 0, and how many there are. */
  readonly section: number;
  readonly sections: number;
  readonly recording: string;
  readonly span: Span;
  readonly ladder: readonly Rung[];
  /** A code, or `auto`. */
  readonly language: string;
  readonly languagePer: LanguagePer;
  readonly wording: Wording;
}

/** What the transcription needs to know of a finished section. */
export interface SectionResult {
  /** Samples of speech. */
  readonly speech: number;
  readonly languages: LanguageWeights;
  readonly segments: number;
  readonly gaps: number;
  readonly falls: number;
  /** The end of its text, at most 2 KB. */
  readonly tail: string;
}

export type SectionPhase = 'plan' | 'transcribe' | 'save' | 'done';

/** Kept up to date while a section runs. */
export interface SectionWatch {
  readonly progress: {
    /** Samples of the section whose text is committed. */
    committed: number;
    gaps: number;
    falls: number;
  };
  /** Text of each chunk in plan order; null where none is committed yet. */
  texts: (string | null)[];
  /** Called at each change, with what the section is at. */
  readonly changed: (phase: SectionPhase) => void;
}

/** A chunk's outcome, and the rungs tried for it. */
interface TriedChunk {
  readonly outcome: ChunkOutcome;
  readonly tries: readonly ChunkTry[];
}

/** Plan, transcribe × N, merge and save of one section. */
export async function runSection(input: SectionInput, watch: SectionWatch): Promise<SectionResult> {
  const { progress, changed } = watch;
  const [start, end] = input.span;
  const summary = sectionSummary(input.section, input.sections, input.span);
  changed('plan');
  const chunks = await media.plan.executeWithOptions({ summary }, [
    { recording: input.recording, start, end, language: input.language },
  ]);
  watch.texts = chunks.map(() => null);
  changed('transcribe');
  const first = await Promise.all(
    chunks.map(async (chunk, index) => {
      const tried = await transcribeChunk(input, watch, { chunk, index, count: chunks.length });
      progress.committed += speechOf(chunk);
      if (tried.outcome.gap) progress.gaps += 1;
      watch.texts[index] = textOf(tried.outcome);
      changed('transcribe');
      return tried;
    }),
  );
  const settled = input.language === 'auto' ? await settleLanguage(input, watch, first) : first;
  const outcomes = settled.map(({ outcome }) => outcome);
  const transcript = merge(outcomes);
  const report = { chunks: settled.map(({ outcome, tries }) => ({ spans: outcome.chunk.spans, tries })) };
  changed('save');
  await media.save.executeWithOptions({ summary }, [
    { job: input.job, section: input.section, transcript, report },
  ]);
  progress.committed = end - start;
  changed('done');
  return {
    speech: chunks.reduce((sum, chunk) => sum + speechOf(chunk), 0),
    languages: weighLanguages(heardIn(outcomes)),
    segments: transcript.segments.length,
    gaps: outcomes.filter((outcome) => outcome.gap).length,
    falls: progress.falls,
    tail: preview(watch.texts),
  };
}

/**
 * Chunks that heard another language than the section speaks, and doubt it, are heard again in the section's; where the
 * language is the file's, those that are sure as well.
 */
async function settleLanguage(
  input: SectionInput,
  watch: SectionWatch,
  first: readonly TriedChunk[],
): Promise<TriedChunk[]> {
  const main = mainLanguage(weighLanguages(heardIn(first.map(({ outcome }) => outcome))));
  return Promise.all(
    first.map(async ({ outcome, tries }, index) => {
      const { result } = outcome;
      if (main === null || !result || !isHeardAgain(result, main, input.languagePer)) {
        return { outcome, tries };
      }
      const place = { chunk: outcome.chunk, index, count: first.length };
      const again = await transcribeChunk({ ...input, language: main }, watch, place);
      // A doubtful text is better than none.
      const better = again.outcome.result ? again.outcome : outcome;
      watch.texts[index] = textOf(better);
      watch.changed('transcribe');
      return { outcome: better, tries: [...tries, ...again.tries] };
    }),
  );
}

/** What the transcript will say of a chunk, a line a segment. */
function textOf(outcome: ChunkOutcome): string {
  return merge([outcome])
    .segments.map(({ text }) => text)
    .join('\n');
}

function heardIn(outcomes: readonly ChunkOutcome[]) {
  return outcomes.flatMap(({ chunk, result }) => (result ? [{ result, speech: speechOf(chunk) }] : []));
}

/** Goes down the ladder until a rung gives the chunk's text; a chunk whose rungs are used up becomes a gap. */
async function transcribeChunk(
  { recording, ladder, language, wording }: SectionInput,
  { progress, changed }: SectionWatch,
  { chunk, index, count }: { chunk: Chunk; index: number; count: number },
): Promise<TriedChunk> {
  const tries: ChunkTry[] = [];
  let gap: ChunkOutcome['gap'] = null;
  for (const [step, rung] of ladder.entries()) {
    const { model, precision, queue } = rung;
    const request: ChunkRequest = { recording, chunk, rung, decode: decodeOptions(wording, language) };
    const options = { taskQueue: queue, summary: chunkSummary(chunk, index, count, precision) };
    try {
      const { result, run } = await gpu.transcribe.executeWithOptions(options, [request]);
      tries.push({ model, precision, queue, language, run, failure: null });
      return { outcome: { chunk, rung, result, gap: null }, tries };
    } catch (error) {
      const failure = codedFailure(error);
      if (!failure || !asksForNextRung(failure.code)) throw error;
      tries.push({ model, precision, queue, language, run: null, failure });
      gap = failure;
      if (step === ladder.length - 1) break;
      progress.falls += 1;
      changed('transcribe');
    }
  }
  return { outcome: { chunk, rung: null, result: null, gap }, tries };
}
