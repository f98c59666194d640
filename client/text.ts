/** The steps of the post-processing by themselves: text in, text out, without a server. */
import type { SectionTranscript, Word } from '../workflows/contract.ts';
import { readPipeline, type TextStepOptions } from '../workflows/text/pipeline.ts';
import { postProcess } from '../workflows/text/post-process.ts';
import { unpackSection } from '../workflows/unpack.ts';
import { packWord } from '../workflows/words.ts';

export {
  DEFAULT_PIPELINE,
  readPipeline,
  STEP_NAMES,
  type TextStep,
  type TextStepOptions,
} from '../workflows/text/pipeline.ts';
export type { DroppedSegment, Segment, TextChange } from '../workflows/contract.ts';

/** Text that a recogniser gave: a sentence or a few. */
export interface SpokenSegment {
  readonly text: string;
  /** Whisper's code: `zh`, `en`. */
  readonly language: string;
  /** Seconds of the recording. @default 0 */
  readonly start?: number;
  /** Seconds of the recording. @default that of `start` */
  readonly end?: number;
  /** Mean probability of its tokens, 0–1. @default 1 */
  readonly confidence?: number;
  /** Probability that there was no speech, 0–1. @default null: nobody knows */
  readonly noSpeech?: number | null;
  /** In order; joined, their texts are the segment's. */
  readonly words?: readonly Word[];
}

/**
 * Segments in their order after steps, as one section: with their words, what was dropped, and each change. Throws
 * LH_PIPELINE_INVALID.
 *
 * @example
 * const { segments } = applySteps([{ text: '一千二百三十四万', language: 'zh' }], [{ step: 'numbers' }]);
 * console.log(segments[0]?.text); // 1234万
 */
export function applySteps(
  segments: readonly SpokenSegment[],
  steps: readonly TextStepOptions[],
): Pick<SectionTranscript, 'segments' | 'dropped' | 'changes'> {
  const heard = {
    segments: segments.map(({ text, language, start = 0, end = start, confidence = 1, words }, chunk) => ({
      ...{ start, end, text, language, confidence, chunk },
      ...(words && { words: words.map(packWord) }),
    })),
    chunks: segments.map(({ language, noSpeech = null }) => ({
      ...{ spans: [], language, temperature: null, noSpeech, rung: null, gap: null },
    })),
  };
  const { changes } = postProcess(heard, readPipeline(steps));
  const { segments: kept, dropped, changes: listed } = unpackSection({ ...heard, changes });
  return { segments: kept, dropped, changes: listed };
}
