/** Longhand as a library: start transcriptions on a Temporal server, follow them, and read what they said. */
export { Longhand, type LonghandOptions } from './longhand.ts';
export type { ServerOptions } from './connection.ts';
export type { TranscribeOptions } from './options.ts';
export type { DownloadOptions, ResultOptions, Transcription } from './transcription.ts';
export type { FollowEvent, FollowOptions } from './follow.ts';
export type { ListFilter } from './list.ts';
export type { TranscriptionStatus } from './status.ts';
export type { TranscriptionSummary } from './summary.ts';
export type {
  Chunk,
  ChunkRun,
  ChunkTry,
  Format,
  GapPolicy,
  LanguagePer,
  Phase,
  Precision,
  Progress,
  Rung,
  RunReport,
  SectionReport,
  SectionTranscript,
  Segment,
  Span,
  Task,
  Transcript,
  TranscriptChunk,
  TranscriptionOptions,
  TranscriptionResult,
  Word,
} from '../workflows/contract.ts';
export { FORMATS, PHASES, PRECISIONS, SAMPLE_RATE } from '../workflows/contract.ts';
export { ERRORS, LonghandError, type ErrorCode } from '../workflows/errors.ts';
