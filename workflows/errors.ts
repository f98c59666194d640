/**
 * Every error Longhand can report: its code, what it means, who retries it, and the exit status a command ends
 * with. `docs/errors.md` is made from this table.
 */

/**
 * Who tries again after an error: Temporal's retry policy, without end or five times (what a short wait may mend,
 * and a long one will not), the workflow's precision ladder, or nobody.
 */
export type RetriedBy = 'activity' | 'activity, five times' | 'ladder' | 'nobody';

interface ErrorRow {
  /** One sentence for the documentation. */
  readonly meaning: string;
  readonly retriedBy: RetriedBy;
  /** Exit status of a command that ends with this error. */
  readonly exit: number;
}

/** Exit statuses of the command line. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  input: 3,
  environment: 4,
  setup: 5,
  failed: 6,
  interrupted: 130,
} as const;

const row = (meaning: string, retriedBy: RetriedBy, exit: number): ErrorRow => ({ meaning, retriedBy, exit });

export const ERRORS = {
  // What the caller asked for.
  LH_OPTION_INVALID: row('An option has a value outside its range, or is unknown.', 'nobody', EXIT.usage),
  LH_LANGUAGE_UNKNOWN: row('The language is none that the model knows.', 'nobody', EXIT.usage),
  LH_FORMAT_UNKNOWN: row('The output format is none that Longhand writes.', 'nobody', EXIT.usage),
  LH_MODEL_UNKNOWN: row('The model is neither in the catalogue nor was it added.', 'nobody', EXIT.usage),
  LH_PIPELINE_INVALID: row(
    'The steps of the post-processing name a step or a rule that does not exist or cannot match.',
    'nobody',
    EXIT.usage,
  ),
  LH_TERMS_UNREADABLE: row(
    'The list of terms cannot be read, or is larger than it may be.',
    'nobody',
    EXIT.usage,
  ),
  LH_OUTPUT_COLLISION: row(
    'Two sources of one command would write the same output file.',
    'nobody',
    EXIT.usage,
  ),
  LH_KEY_CONFLICT: row(
    "The caller's own key names a transcription of another source or with other options.",
    'nobody',
    EXIT.usage,
  ),
  LH_TRANSCRIPTION_UNKNOWN: row(
    'The Temporal server knows no transcription of that ID.',
    'nobody',
    EXIT.usage,
  ),

  LH_TRANSCRIPTION_RUNNING: row(
    'The transcription runs, and what was asked for needs one that has ended.',
    'nobody',
    EXIT.usage,
  ),
  LH_TRANSCRIPTION_ENDED: row(
    'The transcription has ended, and what was asked for needs one that runs.',
    'nobody',
    EXIT.usage,
  ),

  // The source.
  LH_SOURCE_MISSING: row('The source does not exist.', 'nobody', EXIT.input),
  LH_SOURCE_NOT_FILE: row('The source is a folder, a device or a pipe, not a file.', 'nobody', EXIT.input),
  LH_SOURCE_FORBIDDEN: row('The source may not be read by this user.', 'nobody', EXIT.input),
  LH_SOURCE_EMPTY: row('The source has no bytes.', 'nobody', EXIT.input),
  LH_SOURCE_UNREACHABLE: row(
    'The disk or the server that holds the source does not answer.',
    'activity',
    EXIT.input,
  ),
  LH_SOURCE_CHANGED: row('The source changed while it was read.', 'activity, five times', EXIT.input),
  LH_SOURCE_SCHEME: row('The source is named by a URI that is not supported.', 'nobody', EXIT.usage),
  LH_SOURCE_HOST: row(
    'The name service knows no host of the name in the URL of the source.',
    'activity, five times',
    EXIT.input,
  ),
  LH_SOURCE_ADDRESS: row(
    'The URL of the source, or a redirect, leads to an address that is not public, and that the workers do not allow.',
    'nobody',
    EXIT.input,
  ),
  LH_SOURCE_ANSWER: row(
    'The server of the source answers with an error, or in a way that is not followed.',
    'nobody',
    EXIT.input,
  ),
  LH_SOURCE_LIMIT: row('The source is larger than 10 GiB, or took six hours to fetch.', 'nobody', EXIT.input),
  LH_SOURCE_READABLE: row(
    'The URL of the source has a query, which may be a secret, and would be readable on the Temporal server.',
    'nobody',
    EXIT.usage,
  ),
  LH_SECRET_MISSING: row('A worker holds no URL by the name of the secret.', 'nobody', EXIT.environment),
  LH_SOURCE_NAME: row('The name of the source is no text in UTF-8.', 'nobody', EXIT.input),
  LH_SOURCE_NOT_SHARED: row(
    'The source is on a disk that the workers do not share, and no store is given to upload it to.',
    'nobody',
    EXIT.environment,
  ),
  LH_TRANSCRIPT_INVALID: row(
    'A transcript cannot be read, or its segments do not fit its recording.',
    'nobody',
    EXIT.input,
  ),
  LH_AUDIO_UNREADABLE: row('The source is no audio that ffmpeg can decode.', 'nobody', EXIT.input),
  LH_AUDIO_NO_SOUND: row('The source is a video or container without an audio stream.', 'nobody', EXIT.input),
  LH_AUDIO_TOO_LONG: row(
    'The recording is longer than 100 hours, or than its few bytes can hold.',
    'nobody',
    EXIT.input,
  ),

  // The machine and what runs on it.
  LH_DISK_FULL: row('A disk has no room for what must be written.', 'activity, five times', EXIT.environment),
  LH_MODEL_IN_USE: row('A model cannot be removed while its engine runs.', 'nobody', EXIT.environment),
  LH_NOT_WRITABLE: row('A folder or file may not be written.', 'nobody', EXIT.environment),
  LH_STORE_MISSING: row(
    'Something the store should hold is gone: it was deleted, or is past its retention.',
    'activity, five times',
    EXIT.environment,
  ),
  LH_STORE_UNREACHABLE: row('The store does not answer.', 'activity', EXIT.environment),
  LH_STORE_NOT_GIVEN: row(
    'What was asked for lies in a store that the client was not given.',
    'nobody',
    EXIT.environment,
  ),
  LH_PAYLOAD_UNREADABLE: row(
    "A payload in a transcription's history is of a key that is not here, or was changed.",
    'activity',
    EXIT.environment,
  ),
  LH_SERVER_UNREACHABLE: row('The Temporal server does not answer.', 'activity', EXIT.environment),
  LH_WORKERS_AWAY: row('No worker answers on the Temporal server.', 'nobody', EXIT.environment),
  LH_QUEUE_UNSERVED: row('No worker serves the model that was asked for.', 'activity', EXIT.environment),
  LH_ENDPOINT_AWAY: row('No worker answers with figures at an endpoint.', 'nobody', EXIT.environment),
  LH_PORT_BUSY: row('A port that was asked for is used by another program.', 'nobody', EXIT.environment),
  LH_SUPERVISOR_FAILED: row('The embedded supervisor did not start or died.', 'nobody', EXIT.environment),

  // Messages of a queue.
  LH_MESSAGE_INVALID: row('A message asks for no transcription that there can be.', 'nobody', EXIT.usage),
  LH_MESSAGE_REDELIVERED: row(
    'A message was delivered again and again, and no consumer has dealt with it.',
    'nobody',
    EXIT.failed,
  ),
  LH_BROKER_UNREACHABLE: row(
    'The message broker does not answer, or refuses the connection.',
    'activity',
    EXIT.environment,
  ),
  LH_BROKER_REFUSED: row(
    'The message broker has no such queue or exchange, or does not let this user use it.',
    'activity',
    EXIT.environment,
  ),

  // What Longhand fetches.
  LH_FETCH_FAILED: row('None of the sources of a needed file could deliver it.', 'activity', EXIT.setup),
  LH_CHECKSUM: row('A file does not have the checksum of the catalogue.', 'activity', EXIT.setup),
  LH_MODEL_INVALID: row(
    'A model folder or weight file has the wrong layout or shapes.',
    'nobody',
    EXIT.setup,
  ),
  LH_MODEL_VERSION_MISSING: row(
    'The version of a model, or of its graphs, that a transcription began with is not on the worker.',
    'activity',
    EXIT.setup,
  ),
  LH_FFMPEG_MISSING: row('No working ffmpeg and ffprobe could be found or fetched.', 'activity', EXIT.setup),
  LH_DEVICE_MISSING: row('The device asked for is not on this machine.', 'nobody', EXIT.setup),
  LH_PRECISION_INEXACT: row(
    'The processor multiplies less exactly than the precision of the rung needs.',
    'ladder',
    EXIT.setup,
  ),

  // ffmpeg at work.
  LH_FFMPEG_DIED: row(
    'ffmpeg or ffprobe was ended from outside while it worked.',
    'activity, five times',
    EXIT.failed,
  ),
  LH_FFMPEG_HUNG: row(
    'ffmpeg or ffprobe made no progress within its deadline and was killed.',
    'activity, five times',
    EXIT.failed,
  ),

  // The engine.
  LH_OUT_OF_MEMORY: row('The device has too little memory for the rung.', 'ladder', EXIT.failed),
  LH_ENGINE_DIED: row('The engine process ended while it held a chunk.', 'activity', EXIT.failed),
  LH_ENGINE_HUNG: row(
    'The engine made no progress within its deadline and was killed.',
    'activity',
    EXIT.failed,
  ),
  LH_DEVICE_BUSY: row(
    'The device is busier than it may be on the rung, and the request lets a lower one take its place.',
    'ladder',
    EXIT.failed,
  ),
  LH_CHUNK_POISON: row('A chunk has ended three engines, one after the other.', 'ladder', EXIT.failed),
  LH_ENGINE_INPUT: row('The engine was given samples or options it cannot take.', 'nobody', EXIT.failed),

  // The transcription as a whole.
  LH_TRANSCRIPTION_FAILED: row('The transcription ended without a transcript.', 'nobody', EXIT.failed),
  LH_GAP: row('No rung gave a chunk its text, and the request wants none left out.', 'nobody', EXIT.failed),
  LH_CANCELLED: row('The transcription was cancelled.', 'nobody', EXIT.interrupted),
  LH_INTERNAL: row('A defect of Longhand.', 'activity, five times', EXIT.unexpected),
} as const satisfies Record<`LH_${string}`, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** An error with a code of the table. Its message is one sentence: what was expected and what came. */
export class LonghandError extends Error {
  override readonly name = 'LonghandError';
  readonly code: ErrorCode;
  /** Plain data for programs, never secrets. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Whether `code` stands in the table. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code);
}

/** Attempts at what the table has tried five times. */
const FIVE_TIMES = 5;

/** Whether the table has another attempt made at what failed with `code` at an attempt, counted from 1. */
export function isTriedAgain(code: ErrorCode, attempt: number): boolean {
  const { retriedBy } = ERRORS[code];
  return retriedBy === 'activity' || (retriedBy === 'activity, five times' && attempt < FIVE_TIMES);
}

/** What stands in the way of a call on a disk. */
type DiskTrouble = 'full' | 'forbidden' | 'occupied';

/** What the system's codes say of a disk: no room, no right, another file or folder in the place (see errno(3)). */
const DISK_TROUBLES: Readonly<Record<string, DiskTrouble>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
  EROFS: 'forbidden',
  EEXIST: 'occupied',
  ENOTDIR: 'occupied',
  EISDIR: 'occupied',
  ENOTEMPTY: 'occupied',
};

/** The system's code of a failed call (`ENOENT`, …), or an empty string. */
export function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** What a failed call says of the disk it was for; null where it says something else. */
export function diskTrouble(error: unknown): DiskTrouble | null {
  return DISK_TROUBLES[systemCode(error)] ?? null;
}
