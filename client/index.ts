/** Longhand as a library: start transcriptions on a Temporal server, follow them, and read what they said. */
export { Longhand, type LonghandOptions } from './longhand.ts';
export type { DeleteOptions, Deletion } from './delete.ts';
export type { ServerOptions } from './connection.ts';
export type { PriorityName } from '../activities/request/priority.ts';
export type { ReprocessOptions, TranscribeOptions } from '../activities/request/options.ts';
export type { DownloadOptions, ResultOptions, Transcription } from './transcription.ts';
export type { FollowEvent, FollowOptions } from './follow.ts';
export type { ListFilter } from './list.ts';
export type { TranscriptionStatus } from './status.ts';
export type { TranscriptionSummary } from './summary.ts';
export type {
  Chunk,
  ChunkRun,
  ChunkTry,
  DroppedSegment,
  Format,
  GapPolicy,
  LanguagePer,
  Phase,
  Precision,
  Progress,
  RawText,
  Rung,
  RunReport,
  SectionReport,
  SectionTranscript,
  Segment,
  Span,
  Task,
  TextChange,
  Transcript,
  TranscriptChunk,
  TranscriptionOptions,
  TranscriptionResult,
  Word,
} from '../workflows/contract.ts';
export type { SubtitleStyle } from '../workflows/formats/subtitle-style.ts';
export type { TextStep, TextStepOptions } from '../workflows/text/pipeline.ts';
export { FORMATS, PHASES, PRECISIONS, SAMPLE_RATE } from '../workflows/contract.ts';
export { ERRORS, LonghandError, type ErrorCode } from '../workflows/errors.ts';
