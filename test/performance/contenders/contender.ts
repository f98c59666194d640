/** What is to be transcribed, in one command or one call. */
export interface Job {
  /** Paths of the files. */
  readonly files: readonly string[];
  /** The folder of all of them and nothing else, where the job names that instead; else null. */
  readonly folder: string | null;
  /** Whisper's code; null has it detected. */
  readonly language: string | null;
}

/** Where the time of a transcription went, as shares of its wall time. */
export interface Shares {
  /** Time in which a section was planned, by voice activity; much of it runs beside the engine. */
  readonly vad: number;
  /** Time in which no chunk was with the gpu worker: all that is not the engine, and not hidden by it. */
  readonly besideEngine: number;
  /** Of the processors: the engine's process, and the media worker's (decoding's orders, VAD, workflows). */
  readonly engineProcessor: number;
  readonly mediaProcessor: number;
}

export interface Answer {
  /** Wall time. */
  readonly seconds: number;
  /** One for each file of the job, in its order. */
  readonly texts: readonly string[];
  /** Only Longhand tells. */
  readonly shares: Shares | null;
  /** Chunks whose text was in the store already; a fair run has none. */
  readonly found: number;
}

/** Bytes; see `PeakMemory`. */
export interface SessionMemory {
  readonly engine: number;
  /** All processes together. */
  readonly all: number;
}

/** A program that is ready, its model loaded. Disposing it ends its processes. */
export interface Session extends AsyncDisposable {
  /** Seconds from its start until it was ready. */
  readonly load: number;
  transcribe(job: Job): Promise<Answer>;
  /** The peaks since its start. To be asked once, at the end. */
  memory(): Promise<SessionMemory>;
}

/** A program that the bench measures. */
export interface Contender {
  readonly name: string;
  start(): Promise<Session>;
  /** Everything from nothing: starts the program, transcribes, ends it. The answer's seconds hold all of it. */
  cold(job: Job): Promise<Answer>;
}
