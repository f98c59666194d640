import type { SectionTranscript, Segment } from '../contract.ts';

/** Whether a segment only says that its text is missing. */
export const isGap = ({ chunk }: Segment, { chunks }: SectionTranscript): boolean =>
  (chunks[chunk]?.gap ?? null) !== null;
