import { chunkSummary } from './chunk-summary.ts';
import {
  speechOf,
  type Chunk,
  type ChunkOutcome,
  type ChunkRequest,
  type Rung,
  type Span,
} from './contract.ts';
import { asksForNextRung, codedFailure } from './failures.ts';
import { doubtsItsLanguage, mainLanguage, weighLanguages, type LanguageWeights } from './language.ts';
import { merge } from './merge.ts';
import { gpu, media, transcribeOptions } from './proxies.ts';

export interface SectionInput {
  readonly job: string;
  readonly section: number;
  readonly recording: string;
  readonly span: Span;
  readonly ladder: readonly Rung[];
  readonly language: string;
}

/** What the transcription needs to know of a finished section. */
export interface SectionResult {
  /** Store key of the `SectionTranscript`. */
  readonly key: string;
  /** Samples of speech. */
  readonly speech: number;
  readonly languages: LanguageWeights;
  readonly segments: number;
  readonly gaps: number;
}

/** Counted up while a section runs. */
export interface SectionProgress {
  /** Samples of the section whose text is committed. */
  committed: number;
  gaps: number;
}

/** Plan, transcribe × N, merge and save of one section. */
export async function runSection(input: SectionInput, progress: SectionProgress): Promise<SectionResult> {
  const [start, end] = input.span;
  const chunks = await media.plan({ recording: input.recording, start, end });
  const first = await Promise.all(
    chunks.map(async (chunk, index) => {
      const outcome = await transcribeChunk(input, chunk, index, chunks.length, input.language);
      progress.committed += speechOf(chunk);
      if (outcome.gap) progress.gaps += 1;
      return outcome;
    }),
  );
  const outcomes = input.language === 'auto' ? await settleLanguage(input, first) : first;
  const transcript = merge(outcomes);
  const key = await media.save({ job: input.job, section: input.section, transcript });
  progress.committed = end - start;
  return {
    key,
    speech: chunks.reduce((sum, chunk) => sum + speechOf(chunk), 0),
    languages: weighLanguages(heardIn(outcomes)),
    segments: transcript.segments.length,
    gaps: outcomes.filter((outcome) => outcome.gap).length,
  };
}

/** Chunks that heard another language than the section speaks, and doubt it, are heard again in the section's. */
async function settleLanguage(
  input: SectionInput,
  outcomes: readonly ChunkOutcome[],
): Promise<ChunkOutcome[]> {
  const main = mainLanguage(weighLanguages(heardIn(outcomes)));
  return Promise.all(
    outcomes.map(async (outcome, index) => {
      if (main === null || !outcome.result || !doubtsItsLanguage(outcome.result, main)) return outcome;
      const again = await transcribeChunk(input, outcome.chunk, index, outcomes.length, main);
      // A doubtful text is better than none.
      return again.result ? again : outcome;
    }),
  );
}

function heardIn(outcomes: readonly ChunkOutcome[]) {
  return outcomes.flatMap(({ chunk, result }) => (result ? [{ result, speech: speechOf(chunk) }] : []));
}

/** Goes down the ladder until a rung gives the chunk's text; a chunk whose rungs are used up becomes a gap. */
async function transcribeChunk(
  input: SectionInput,
  chunk: Chunk,
  index: number,
  count: number,
  language: string,
): Promise<ChunkOutcome> {
  let gap: ChunkOutcome['gap'] = null;
  for (const rung of input.ladder) {
    const request: ChunkRequest = { recording: input.recording, chunk, rung, decode: { language } };
    const summary = chunkSummary(chunk, index, count, rung.precision);
    const options = { ...transcribeOptions, taskQueue: rung.queue, summary };
    try {
      return { chunk, rung, result: await gpu.transcribe.executeWithOptions(options, [request]), gap: null };
    } catch (error) {
      const failure = codedFailure(error);
      if (!failure || !asksForNextRung(failure.code)) throw error;
      gap = failure;
    }
  }
  return { chunk, rung: null, result: null, gap };
}
