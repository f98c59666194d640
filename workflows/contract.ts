/**
 * What crosses between client, workflows and activities: plain data only. Positions in audio are counted in
 * samples of the recording (16 kHz, so 16,000 a second), never in seconds, until the transcript.
 */

import type { ErrorCode } from './errors.ts';
import type { SubtitleStyle } from './formats/subtitle-style.ts';
import type { TextStep } from './text/pipeline.ts';

export const SAMPLE_RATE = 16_000;
/** The longest recording accepted, in samples: 100 hours. */
export const MAX_RECORDING_SAMPLES = 100 * 3600 * SAMPLE_RATE;
/** The most samples one chunk may hold: one window of Whisper, 30 s. */
export const MAX_CHUNK_SAMPLES = 30 * SAMPLE_RATE;
/** The longest section, in samples: ten minutes. */
export const MAX_SECTION_SAMPLES = 600 * SAMPLE_RATE;

/** The forms of a transcript, and the run report. */
export const FORMATS = [
  'changes',
  'json',
  'md',
  'srt',
  'tsv',
  'txt',
  'txt-paragraphs',
  'txt-times',
  'vtt',
  'vtt-words',
  'report',
] as const;
export type Format = (typeof FORMATS)[number];

export const PRECISIONS = [
  'fp32',
  'fp16',
  'int8',
  'int7',
  'int8-blocks',
  'int4-blocks',
  'int8-fp16',
] as const;
export type Precision = (typeof PRECISIONS)[number];

/** What is written: what was said in its own language, or English of it. */
export const TASKS = ['transcribe', 'translate'] as const;
export type Task = (typeof TASKS)[number];

/** What a detected language holds for: each chunk has its own, or all of a recording have one. */
export const LANGUAGE_PER = ['chunk', 'file'] as const;
export type LanguagePer = (typeof LANGUAGE_PER)[number];

/** What becomes of a chunk that no rung gives a text: a mark in the transcript, or the failure of the whole. */
export const GAP_POLICIES = ['mark', 'fail'] as const;
export type GapPolicy = (typeof GAP_POLICIES)[number];

/** The audio or video the caller names. */
export interface Source {
  /** `file:` URI of a file that the workers see, or `store:` and the store's key of what the client uploaded. */
  readonly uri: string;
  /** File name shown to people, and stem of the output files. */
  readonly name: string;
  /** SHA-256 of the bytes, hex: what the caller meant when asking. */
  readonly sha256: string;
}

/** A source that a worker fetches first, or hashes where it lies: nobody knows its bytes yet. */
export interface RemoteSource extends Pick<Source, 'name'> {
  /** A `file:`, `http:` or `https:` URL, or `secret:NAME` for one that the workers hold by that name. */
  readonly uri: string;
  readonly sha256: null;
}

/** What the caller wants; every field decided, so that equal wishes are equal data. */
export interface TranscriptionOptions {
  /** Whisper's language code, or `auto` to detect it. */
  readonly language: string;
  /** Codes among which `auto` chooses, sorted; empty: all that the model knows. */
  readonly languages: readonly string[];
  /** `chunk` where `language` is not `auto`. */
  readonly languagePer: LanguagePer;
  readonly task: Task;
  /** Text that every chunk goes on from, whose spelling and manner it takes; null: none. */
  readonly prompt: string | null;
  /** Words that may be spoken in any chunk; null: none. */
  readonly hotwords: string | null;
  /** Whether each word gets its time. */
  readonly words: boolean;
  /** Name of a model; `name@revision` where a version is meant, by the beginning of its revision. */
  readonly model: string;
  /** Names of the rungs to try, best first, as `parseRung` reads them; empty: those of the devices that serve the model. */
  readonly ladder: readonly string[];
  readonly gaps: GapPolicy;
  /** Whether a device may leave chunks to lower rungs for its load; left out where not. */
  readonly lowerUnderLoad?: true;
  /** What is done to the text, in order; a request made before there were steps has none. */
  readonly text?: readonly TextStep[];
  /** Sorted, without repetition. */
  readonly formats: readonly Format[];
  /** How subtitles are cut; left out where it is `DEFAULT_SUBTITLES`. */
  readonly subtitles?: SubtitleStyle;
  /** `file:` URI of the folder that gets the output files, ending in a slash; null keeps them in the store. */
  readonly out: string | null;
}

/** Input of the `transcription` workflow. */
export interface TranscriptionRequest {
  readonly source: Source | RemoteSource;
  readonly options: TranscriptionOptions;
  /** On whose behalf, for lists and figures; null where the caller has no tenants. */
  readonly tenant: string | null;
  /** What a run of the same request left, whose gaps alone are to be done again; no part of the request's identity. */
  readonly again?: RunLeft;
  /** What a run with other steps left, whose raw texts are taken as they are, but in a run that does its gaps again. */
  readonly reprocess?: RunLeft & Pick<TranscriptionResult, 'language'>;
  /** The message of a queue that asked for it; no part of the request's identity. */
  readonly message?: QueueMessage;
}

/** A message that asked for a transcription. */
export interface QueueMessage {
  /** SHA-256, hex, of all that it says: another message under the same ID is told by it. */
  readonly digest: string;
  /** Who is told of the end; null where nobody wants to know. */
  readonly reply: ReplyAddress | null;
}

/** Where a reply goes. */
export interface ReplyAddress {
  /** Task queue of the consumers of the message's queue, which are who know the broker. */
  readonly taskQueue: string;
  /** Name of an exchange; empty for the default one, which takes the name of a queue for routing key. */
  readonly exchange: string;
  /** Null for the state that is replied. */
  readonly routingKey: string | null;
  /** The message's own correlation ID; null where it had none. */
  readonly correlationId: string | null;
}

/** What is replied to a message once its transcription has ended. */
export interface QueueReply {
  readonly schema: 'longhand/queue-reply/1';
  /** The transcription's ID. */
  readonly id: string;
  readonly runId: string;
  /** File name of the source. */
  readonly name: string;
  readonly tenant: string | null;
  readonly state: 'done' | 'failed' | 'cancelled';
  /** Null where there is an error. */
  readonly result: Omit<TranscriptionResult, 'job' | 'fetched' | 'recording' | 'ladder'> | null;
  /** Null where it is done. */
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
}

/** One step of the precision ladder. */
export interface Rung {
  readonly model: string;
  /** Pinned revision of the weights. */
  readonly revision: string;
  /** Version of the graphs built from the weights. */
  readonly graph: number;
  readonly precision: Precision;
  /** Task queue whose workers run this rung. */
  readonly queue: string;
}

/** A stretch of the recording: `[start, end)` in samples. */
export type Span = readonly [start: number, end: number];

/** The source decoded once, and where to cut it. Output of ingest. */
export interface Recording {
  /** Store key of the samples: 16-bit little-endian PCM, mono. */
  readonly key: string;
  readonly samples: number;
  /** Ends of the sections, ascending; the last is `samples`. Each section starts where the one before ends. */
  readonly sectionEnds: readonly number[];
  /** What was wrong with the source's sound, in one sentence; left out where nothing was. */
  readonly remark?: string;
}

/** Speech spans of one section, in order, together at most `MAX_CHUNK_SAMPLES`: one window for the engine. */
export interface Chunk {
  readonly spans: readonly Span[];
}

/** Samples of speech in a chunk. */
export function speechOf(chunk: Chunk): number {
  return chunk.spans.reduce((sum, [start, end]) => sum + end - start, 0);
}

/**
 * Options of the decoder, all that may change a chunk's text beside samples and rung. What is left out is the default,
 * so that equal wishes are equal data.
 */
export interface DecodeOptions {
  /** Whisper's language code, or `auto`. */
  readonly language: string;
  /** Codes among which `auto` chooses; all, if left out. */
  readonly languages?: readonly string[];
  readonly task?: 'translate';
  readonly prompt?: string;
  readonly hotwords?: string;
  /** Whether each word gets its time; left out where not. */
  readonly words?: true;
}

/** Input of the transcribe activity. */
export interface ChunkRequest {
  readonly recording: string;
  readonly chunk: Chunk;
  readonly rung: Rung;
  readonly decode: DecodeOptions;
  /** Whether the device may refuse it for its load, since a lower rung is there; left out where not. */
  readonly mayRefuse?: true;
}

/**
 * A word packed, since payloads are small: its start and end, how much of its segment's text it is (UTF-16 units, in
 * order, without gaps), and its probability in hundredths.
 */
export type PackedWord = readonly [start: number, end: number, length: number, hundredths: number];

/** Text with its time in the chunk's samples (the spans joined without their gaps). */
export interface ChunkSegment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Where they were asked for; times in samples as those of the segment. */
  readonly words?: readonly PackedWord[];
}

/** What the engine heard in a chunk. At most 16 KB as JSON. */
export interface ChunkResult {
  readonly language: string;
  /** Probability of `language` among those it may be in, 0–1, two decimals; 1 where the caller named it. */
  readonly languageProbability: number;
  /** Mean probability of the tokens, exp of the average log probability, 0–1, two decimals. */
  readonly confidence: number;
  /** Probability that the chunk holds no speech, 0–1, two decimals. */
  readonly noSpeech: number;
  /** What the tokens were drawn at: 0, or up to 1 where the likeliest made a bad text. */
  readonly temperature: number;
  readonly segments: readonly ChunkSegment[];
}

/** How a result came about: for the run report, never for the transcript. */
export interface ChunkRun {
  /** Attempt of the activity that gave the result, from 1. */
  readonly attempt: number;
  /** Identity of the gpu worker. */
  readonly worker: string;
  /** The worker's device: `cpu`, `cuda:0`. */
  readonly device: string;
  /** Seconds in the worker, with its wait for the batch; two decimals. */
  readonly seconds: number;
  /** Whether the result was in the store already. */
  readonly found: boolean;
}

/** Output of the transcribe activity. */
export interface ChunkAnswer {
  readonly result: ChunkResult;
  readonly run: ChunkRun;
}

/** One rung tried for a chunk. */
export interface ChunkTry {
  readonly model: string;
  readonly precision: Precision;
  readonly queue: string;
  /** The language asked for, or `auto`. */
  readonly language: string;
  /** Null where the rung failed. */
  readonly run: ChunkRun | null;
  /** Why the chunk fell from the rung. */
  readonly failure: { readonly code: string; readonly message: string } | null;
}

/** A chunk as the workflow knows it at the end: with its result, or as a gap. */
export interface ChunkOutcome {
  readonly chunk: Chunk;
  readonly rung: Rung | null;
  readonly result: ChunkResult | null;
  /** Why there is no result: code and sentence. */
  readonly gap: { readonly code: ErrorCode; readonly message: string } | null;
}

/** A word of a segment. Times in seconds of the recording, three decimals, not outside those of its segment. */
export interface Word {
  readonly start: number;
  readonly end: number;
  /** With the space before it and its punctuation: the words of a segment, joined, are its text. */
  readonly text: string;
  /** Mean probability of its tokens, 0–1, two decimals. */
  readonly probability: number;
}

/** A segment of the transcript. Times in seconds of the recording, three decimals. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly language: string;
  readonly confidence: number;
  /** Number of the chunk in the transcript's `chunks`. */
  readonly chunk: number;
  /** In order; where they were asked for, and none for a gap. */
  readonly words?: readonly Word[];
  /** What the model wrote; left out where the post-processing changed nothing. */
  readonly raw?: RawText;
}

/** A text as the model wrote it. */
export interface RawText {
  readonly text: string;
  readonly words?: readonly Word[];
}

/** A segment of which the post-processing left nothing, as the model wrote it. */
export interface DroppedSegment extends Omit<Segment, 'raw'> {
  /** Index of the segment before which it stood. */
  readonly before: number;
  readonly reason: { readonly step: string; readonly rule: string };
}

/** A segment as the model wrote it, its words packed. */
export type PackedSegment = Omit<Segment, 'words' | 'raw'> & { readonly words?: readonly PackedWord[] };

/** A chunk in the transcript: which samples, and what decided their text. */
export interface TranscriptChunk {
  readonly spans: readonly Span[];
  readonly language: string | null;
  /** What the text was drawn at; null for a gap. */
  readonly temperature: number | null;
  /** Probability that it holds no speech, 0–1, two decimals; null for a gap. */
  readonly noSpeech: number | null;
  readonly rung: Omit<Rung, 'queue'> | null;
  readonly gap: { readonly code: string; readonly message: string } | null;
}

/** A change that the post-processing made. */
export interface TextChange {
  /** Times of the segment it is in. */
  readonly start: number;
  readonly end: number;
  /** Empty where something was put in. */
  readonly before: string;
  /** Empty where something was taken out. */
  readonly after: string;
  readonly step: string;
  readonly rule: string;
}

/** A finished section. `segments[].chunk` and `dropped[].chunk` count from the section's first chunk. */
export interface SectionTranscript {
  readonly segments: readonly Segment[];
  readonly dropped: readonly DroppedSegment[];
  readonly chunks: readonly TranscriptChunk[];
  /** Step by step, each in the order of the segments. */
  readonly changes: readonly TextChange[];
}

/** A change packed: which segment of the section, what of its text as the step found it, and what takes its place. */
export type PackedChange = readonly [segment: number, start: number, end: number, text: string, rule: string];

/** What a step changed in a section. */
export interface StepChanges {
  readonly step: string;
  readonly version: number;
  readonly edits: readonly PackedChange[];
}

/** A finished section as the workflow hands it over and the store keeps it: what the model wrote, and what is changed in it. */
export interface PackedSection {
  readonly segments: readonly PackedSegment[];
  readonly chunks: readonly TranscriptChunk[];
  /** Step by step, those that changed something; left out where none did. */
  readonly changes?: readonly StepChanges[];
}

/** What happened to a section's chunks, in their order; kept in the store beside the section. */
export interface SectionReport {
  readonly chunks: readonly { readonly spans: readonly Span[]; readonly tries: readonly ChunkTry[] }[];
}

/** The json output. */
export interface Transcript {
  readonly schema: 'longhand/transcript/2';
  readonly source: { readonly name: string; readonly sha256: string };
  /** Seconds, three decimals. */
  readonly duration: number;
  /** The language of most speech; null where nothing was said. */
  readonly language: string | null;
  readonly options: Omit<TranscriptionOptions, 'gaps' | 'formats' | 'out'>;
  readonly segments: readonly Segment[];
  readonly dropped: readonly DroppedSegment[];
  /** In order; each says which section, from 0, it is of. */
  readonly chunks: readonly (TranscriptChunk & { readonly section: number })[];
}

/** The run report: attempts, devices, times and falls. No two runs write the same. */
export interface RunReport {
  readonly schema: 'longhand/run-report/2';
  readonly workflowId: string;
  readonly runId: string;
  readonly source: { readonly name: string; readonly sha256: string };
  readonly tenant: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Seconds of the recording, and of speech in it; three decimals. */
  readonly duration: number;
  readonly speech: number;
  /** Seconds that each phase took by the workflow's clock; three decimals. */
  readonly took: {
    readonly ingest: number;
    readonly transcribe: number;
    /** Seconds of work on the text, which is part of `transcribe`; as the workers' clocks had it. */
    readonly text: number;
  };
  /** What was wrong with the source's sound; left out where nothing was. */
  readonly remark?: string;
  readonly ladder: readonly Rung[];
  /** Times a chunk went down a rung. */
  readonly falls: number;
  readonly gaps: number;
  /** Chunks of the recording, sections one after the other. */
  readonly chunks: SectionReport['chunks'];
}

/** Result of the `transcription` workflow: references, never text. */
export interface TranscriptionResult {
  /** Names the run's files in the store. */
  readonly job: string;
  /** The source once it was fetched; left out where it was not. */
  readonly fetched?: Source;
  /** What its gaps are done again with. */
  readonly recording: Recording;
  readonly ladder: readonly Rung[];
  /** Sections of the recording. */
  readonly sections: number;
  readonly outputs: readonly { readonly format: Format; readonly uri: string }[];
  /** Seconds. */
  readonly duration: number;
  readonly speech: number;
  readonly language: string | null;
  readonly segments: number;
  readonly gaps: number;
  /** Times a chunk went down a rung. */
  readonly falls: number;
  /** What was wrong with the source's sound; left out where nothing was. */
  readonly remark?: string;
}

/** What another run needs of one that has ended. */
export type RunLeft = Pick<TranscriptionResult, 'job' | 'recording' | 'ladder' | 'fetched'>;

/** In their order; only what is fetched begins with the first. */
export const PHASES = ['fetch', 'ingest', 'transcribe', 'publish', 'done'] as const;
export type Phase = (typeof PHASES)[number];

/** Answer of the `progress` query. Samples; `committed` never goes down. */
export interface Progress {
  readonly phase: Phase;
  /** Samples whose text is committed, silence counted with its section. */
  readonly committed: number;
  /** Samples of the recording; 0 until ingest has ended. */
  readonly total: number;
  readonly gaps: number;
  /** Times a chunk went down a rung. */
  readonly falls: number;
  /** Sections finished without one unfinished before them; their texts are in the store. */
  readonly sectionsDone: number;
  /** Sections of the recording; 0 until ingest has ended. */
  readonly sections: number;
  /** Names the run's files in the store. */
  readonly job: string;
  /** Workflow IDs of the sections that run as children and are not counted yet. */
  readonly running: readonly string[];
}

/** Task queue of the media workers and of the workflows. */
export const MEDIA_QUEUE = 'media';
/** Task queue of the workers that run `model`, at whatever precision the chunk's rung names. */
export const gpuQueue = (model: string): string => `gpu.${model}`;

/** Task queue of the consumers of a message queue, which send the replies. */
export const repliesQueue = (queue: string): string => `replies.${queue}`;

/** Name of the model that a request's `model` names, without its version. */
export const modelName = (model: string): string => model.replace(/@.*$/, '');

/**
 * Names a run's files in the store: another run of the same request may end otherwise. `firstRunId` is that of the
 * first run of its chain, so that a run that an operator reset finds what the first has saved.
 */
export const jobOf = (workflowId: string, firstRunId: string): string => `${workflowId}.${firstRunId}`;
