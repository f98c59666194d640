import type {
  Chunk,
  ChunkAnswer,
  ChunkRequest,
  PackedSection,
  QueueReply,
  Recording,
  ReplyAddress,
  Rung,
  RemoteSource,
  RunReport,
  SectionReport,
  Source,
  TranscriptionOptions,
  TranscriptionRequest,
} from '../workflows/contract.ts';
import type { TextStep } from '../workflows/text/pipeline.ts';
import type { TranscriptHeader } from '../workflows/formats/format.ts';

export interface FetchInput {
  /** Names the run's files in the store. */
  readonly job: string;
  readonly source: RemoteSource;
}

export interface PlanInput {
  /** Store key of the recording. */
  readonly recording: string;
  /** `[start, end)` of the section in samples. */
  readonly start: number;
  readonly end: number;
  /** What its chunks are heard in: a code, or `auto`. */
  readonly language: string;
}

export interface LookInput {
  /** Task queue of gpu workers. */
  readonly queue: string;
  /** What is waited for: a worker, or that three looks in a row find none. */
  readonly until: 'served' | 'unserved';
}

/** A section that a job has saved, and its ladder. */
export interface KnownInput extends SectionPlace {
  readonly ladder: readonly Rung[];
}

/** A language, or `auto`, that a chunk was transcribed in, and the index of the rung that gave the text. */
export type Known = readonly [language: string, rung: number];

export interface SaveInput extends SectionPlace {
  readonly transcript: PackedSection;
  /** What happened to its chunks; null where they were heard by another job. */
  readonly report: SectionReport | null;
}

/** A section that a job has saved. */
export interface SectionPlace {
  readonly job: string;
  /** Number of the section, from 0. */
  readonly section: number;
}

export interface PipelineInput {
  readonly job: string;
  readonly pipeline: readonly TextStep[];
}

export interface PublishInput {
  readonly job: string;
  readonly header: TranscriptHeader;
  readonly options: Pick<TranscriptionOptions, 'formats' | 'out'>;
  /** The run report but for its chunks. */
  readonly report: Omit<RunReport, 'chunks'>;
  /** Sections of the recording, all saved. */
  readonly sections: number;
}

/** Activities of the media queue. Each first looks for its output, so that any may be repeated. */
export interface MediaActivities {
  /** The request that a client in another language has left to be decided. */
  decide(asked: unknown): Promise<TranscriptionRequest>;
  /** The ladder's rungs, best first, from the options and the catalogue. */
  resolve(options: TranscriptionOptions): Promise<Rung[]>;
  /** Resolves when a task queue is seen as is waited for; its attempts are the looks. */
  look(input: LookInput): Promise<void>;
  /** Brings a source from its URL to the store, or hashes one that lies on a disk. */
  fetch(input: FetchInput): Promise<Source>;
  ingest(source: Source): Promise<Recording>;
  plan(input: PlanInput): Promise<Chunk[]>;
  /** Which texts of a section's chunks a job had, in plan order; none where the job did not save it. */
  known(input: KnownInput): Promise<Known[][]>;
  /** A chunk's text from the store; null where it does not hold it. */
  recall(request: ChunkRequest): Promise<ChunkAnswer | null>;
  /** A section as a job has heard it, without what its steps changed. */
  readSection(place: SectionPlace): Promise<PackedSection>;
  /** Keeps a pipeline that is too long to be told to each section. */
  keepPipeline(input: PipelineInput): Promise<void>;
  /** The pipeline that a job keeps. */
  pipeline(job: string): Promise<readonly TextStep[]>;
  save(input: SaveInput): Promise<void>;
  /** Returns the URI of each output, in the order of `options.formats`. */
  publish(input: PublishInput): Promise<string[]>;
}

/** Activities of a GPU queue. */
export interface GpuActivities {
  transcribe(request: ChunkRequest): Promise<ChunkAnswer>;
}

export interface ReplyInput {
  readonly to: ReplyAddress;
  /** The reply's own ID: of two with the same, one is a double. */
  readonly messageId: string;
  readonly document: QueueReply;
}

/** Activities of the consumers of a message queue. */
export interface ReplyActivities {
  /** Resolves when the broker has the reply in a queue. */
  reply(input: ReplyInput): Promise<void>;
}
