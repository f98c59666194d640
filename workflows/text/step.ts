import type { Edit } from './edit.ts';
import type { Given } from './given.ts';

/** What a step knows of a segment. */
export interface TextSegment {
  readonly text: string;
  /** Whisper's code of the language it was heard in: `zh`, `yue`, `en`, `ja`. */
  readonly language: string;
  /** Seconds of the recording. */
  readonly start: number;
  readonly end: number;
  /** Mean probability of the tokens of its chunk, 0–1. */
  readonly confidence: number;
  /** Probability that its chunk holds no speech, 0–1; null where nobody knows. */
  readonly noSpeech: number | null;
}

/** A step of the post-processing as a pipeline names it, and what it takes. */
export interface StepOptions<O extends object> {
  readonly name: string;
  readonly version: number;
  /** The options with every default decided. Throws LH_PIPELINE_INVALID with the place. */
  readonly read: (given: Given) => O;
}

/** A step. A released version is never edited: changed behaviour is a new version, and a request keeps those it began with. */
export interface Step<O extends object> extends StepOptions<O> {
  /**
   * What it changes in the segments of one section, a list a segment: in order, without overlap, on whole characters,
   * each a change indeed. Pure; the same text again gives no edits.
   */
  readonly edits: (segments: readonly TextSegment[], options: O) => readonly (readonly Edit[])[];
}
