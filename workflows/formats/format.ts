import type { SectionTranscript, Transcript } from '../contract.ts';

/** What a transcript says before its segments. */
export type TranscriptHeader = Omit<Transcript, 'segments' | 'dropped' | 'chunks'>;

/** A transcript whose sections are read one at a time, as often as a format needs them. */
export interface SectionedTranscript {
  readonly header: TranscriptHeader;
  readonly sections: () => AsyncIterable<SectionTranscript>;
}

/** Writes a transcript piece by piece, so that memory does not grow with its length. UTF-8, ends with a newline. */
export type FormatWriter = (transcript: SectionedTranscript) => AsyncIterable<string>;
