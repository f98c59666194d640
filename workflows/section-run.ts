import { ApplicationFailure } from '@temporalio/common';
import { metricMeter } from '@temporalio/workflow';
import type { Known } from '../activities/types.ts';
import {
  speechOf,
  type Chunk,
  type ChunkOutcome,
  type DecodeOptions,
  type GapPolicy,
  type LanguagePer,
  type Rung,
  type Span,
} from './contract.ts';
import { range } from './clock.ts';
import { decodeOptions, type Wording } from './decode-options.ts';
import { descend, type PlacedChunk, type TriedChunk } from './descend.ts';
import type { ErrorCode } from './errors.ts';
import { record } from './figures.ts';
import { finishSection } from './finish-section.ts';
import type { Descent, LadderMemory } from './ladder-memory.ts';
import type { LadderWatch } from './ladder-watch.ts';
import { isHeardAgain, mainLanguage, weighLanguages, type LanguageWeights } from './language.ts';
import { merge } from './merge.ts';
import { media } from './proxies.ts';
import { reprocessSection } from './reprocess-section.ts';
import { rungName } from './rung.ts';
import { chunkSummary, sectionSummary } from './summaries.ts';
import type { TextStep } from './text/pipeline.ts';

export interface SectionInput {
  readonly job: string;
  /** Number of the section, from 0, and how many there are. */
  readonly section: number;
  readonly sections: number;
  readonly recording: string;
  readonly span: Span;
  readonly ladder: readonly Rung[];
  /** What the transcription knows of the ladder so far. */
  readonly memory: LadderMemory;
  readonly gaps: GapPolicy;
  readonly lowerUnderLoad?: true;
  /** The job whose gaps alone are done again, and its ladder, which may be of older graphs; null where all is. */
  readonly again: { readonly job: string; readonly ladder: readonly Rung[] } | null;
  /** The job whose raw texts are taken as they are, rather than speech be heard. */
  readonly reprocess?: string;
  /** A code, or `auto`. */
  readonly language: string;
  readonly languagePer: LanguagePer;
  readonly wording: Wording;
  /** What is done to the text; null where it is long, and kept with the job. */
  readonly text?: readonly TextStep[] | null;
}

/** What the transcription needs to know of a finished section. */
export interface SectionResult {
  /** Samples of speech. */
  readonly speech: number;
  readonly languages: LanguageWeights;
  readonly segments: number;
  /** Seconds of work on its text; of a section that an older build has run nobody knows. */
  readonly text?: number;
  readonly gaps: number;
  readonly falls: number;
  /** How each chunk went down the ladder, in plan order; and the task queues that nobody serves. */
  readonly descents: readonly Descent[];
  readonly unserved: readonly string[];
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

/** Transcribes a chunk in a language, or in whichever is heard (`auto`). */
type Transcribe = (place: PlacedChunk, language: string) => Promise<TriedChunk>;

/** Plan, transcribe × N, merge and save of one section. */
export async function runSection(
  input: SectionInput,
  watch: SectionWatch,
  ladder: LadderWatch,
): Promise<SectionResult> {
  if (input.reprocess !== undefined) return reprocessSection(input, input.reprocess, watch);
  const { progress, changed } = watch;
  const [start, end] = input.span;
  const summary = sectionSummary(input.section, input.sections, input.span);
  changed('plan');
  const chunks = await media.plan.executeWithOptions({ summary }, [
    { recording: input.recording, start, end, language: input.language },
  ]);
  watch.texts = chunks.map(() => null);
  changed('transcribe');
  const known = await knownBefore(input, summary);
  const transcribe: Transcribe = async (place, language) => {
    const decode = decodeOptions(input.wording, language);
    const recalled = await recall(input, place, decode, known);
    if (recalled !== null) return recalled;
    const { recording, lowerUnderLoad: isLowerable = false } = input;
    return descend({ recording, decode, isLowerable }, place, ladder, () => {
      progress.falls += 1;
      changed('transcribe');
    });
  };
  const first = await Promise.all(
    chunks.map(async (chunk, index) => {
      const tried = await transcribe({ chunk, index, count: chunks.length }, input.language);
      progress.committed += speechOf(chunk);
      const { gap } = tried.outcome;
      if (gap) {
        record(metricMeter, 'longhand_gaps', 1, { code: gap.code });
        if (input.gaps === 'fail') throw gapFailure(chunk, gap);
        progress.gaps += 1;
      }
      watch.texts[index] = textOf(tried.outcome);
      ladder.ended(index, tried.descent === null ? [] : [tried.descent]);
      return tried;
    }),
  );
  const settled = input.language === 'auto' ? await settleLanguage(input, watch, first, transcribe) : first;
  ladder.stop();
  const outcomes = settled.map(({ outcome }) => outcome);
  const report = { chunks: settled.map(({ outcome, tries }) => ({ spans: outcome.chunk.spans, tries })) };
  const finished = await finishSection(input, merge(outcomes), report, watch, summary);
  return {
    speech: chunks.reduce((sum, chunk) => sum + speechOf(chunk), 0),
    languages: weighLanguages(heardIn(outcomes)),
    ...finished,
    gaps: outcomes.filter((outcome) => outcome.gap).length,
    falls: progress.falls,
    descents: ladder.descents,
    unserved: ladder.memory.unserved,
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
  transcribe: Transcribe,
): Promise<Omit<TriedChunk, 'descent'>[]> {
  const main = mainLanguage(weighLanguages(heardIn(first.map(({ outcome }) => outcome))));
  return Promise.all(
    first.map(async ({ outcome, tries }, index) => {
      const { result } = outcome;
      if (main === null || !result || !isHeardAgain(result, main, input.languagePer)) {
        return { outcome, tries };
      }
      const place = { chunk: outcome.chunk, index, count: first.length };
      const again = await transcribe(place, main);
      // A doubtful text is better than none.
      const better = again.outcome.result ? again.outcome : outcome;
      watch.texts[index] = textOf(better);
      watch.changed('transcribe');
      return { outcome: better, tries: [...tries, ...again.tries] };
    }),
  );
}

/** The rungs that gave the chunks of a section their texts before, in plan order; none where all is done anew. */
async function knownBefore(
  { again, section }: SectionInput,
  summary: string,
): Promise<readonly (readonly Known[])[]> {
  return again === null ? [] : media.known.executeWithOptions({ summary }, [{ ...again, section }]);
}

/** A text that another run has committed, from the store, whoever serves its rung today; null where there is none. */
async function recall(
  { recording, again }: SectionInput,
  { chunk, index, count }: PlacedChunk,
  decode: DecodeOptions,
  known: readonly (readonly Known[])[],
): Promise<TriedChunk | null> {
  const [, at] = known[index]?.find(([language]) => language === decode.language) ?? [];
  const rung = at === undefined ? undefined : again?.ladder[at];
  if (rung === undefined || again === null) return null;
  const { model, precision, queue } = rung;
  const summary = chunkSummary(chunk, index, count, rungName(rung, again.ladder));
  const answer = await media.recall.executeWithOptions({ summary }, [{ recording, chunk, rung, decode }]);
  if (answer === null) return null;
  const { result, run } = answer;
  const tries = [{ model, precision, queue, language: decode.language, run, failure: null }];
  return { outcome: { chunk, rung, result, gap: null }, tries, descent: null };
}

function gapFailure(
  { spans }: Chunk,
  { code, message }: NonNullable<ChunkOutcome['gap']>,
): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `Expected a text for all speech, but ${range(spans)} has none: ${code}: ${message}`,
    'LH_GAP' satisfies ErrorCode,
    { spans, code },
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
