import type { TranscribeOptions } from '../../../activities/request/options.ts';
import { LonghandError } from '../../../workflows/errors.ts';

/** Name and version of what a message holds; its schema is docs/schema/queue-request-1.json. */
export const REQUEST_SCHEMA = 'longhand/queue-request/1';

/** Bytes: the Temporal server takes two million of a request, and a list of terms has its own bound far below. */
const LARGEST = 1024 * 1024;

/** What a message asks for, its options checked for their types alone. */
export interface Wanted {
  readonly source: string;
  readonly options: Omit<TranscribeOptions, 'key'>;
  /** Null where it names none. */
  readonly key: string | null;
}

/** A message as far as what it holds is concerned: JSON may have been read by the AMQP client. */
interface Content {
  readonly body: unknown;
  readonly contentType?: string | undefined;
}

interface Kind {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TEXT: Kind = { expected: 'a string', fits: isText };
const TEXTS: Kind = {
  expected: 'an array of strings',
  fits: (value) => Array.isArray(value) && value.every(isText),
};
const SWITCH: Kind = { expected: 'true or false', fits: (value) => typeof value === 'boolean' };
const LIST: Kind = { expected: 'an array', fits: Array.isArray };
const OBJECT: Kind = { expected: 'an object', fits: isObject };

const OPTIONS: Readonly<Record<keyof Wanted['options'], Kind>> = {
  language: TEXT,
  languages: TEXTS,
  languagePer: TEXT,
  task: TEXT,
  prompt: TEXT,
  hotwords: TEXT,
  words: SWITCH,
  model: TEXT,
  ladder: TEXTS,
  gaps: TEXT,
  text: LIST,
  formats: TEXTS,
  subtitles: OBJECT,
  out: TEXT,
  lowerUnderLoad: SWITCH,
  priority: TEXT,
  tenant: TEXT,
};

const FIELDS: Readonly<Record<string, Kind>> = {
  schema: { expected: `\`${REQUEST_SCHEMA}\``, fits: (value) => value === REQUEST_SCHEMA },
  source: TEXT,
  options: OBJECT,
  key: TEXT,
};

/** Reads a message strictly. Throws LH_MESSAGE_INVALID; what the options say is for the client to check. */
export function readMessage(content: Content): Wanted {
  const message = demand('the message', OBJECT, jsonOf(content)) as Record<string, unknown>;
  checkFields('', FIELDS, message);
  const { source, options = {}, key = null } = message;
  demand('`source`', TEXT, source);
  checkFields('options.', OPTIONS, options as Record<string, unknown>);
  return { source, options, key } as Wanted;
}

function checkFields(
  before: string,
  kinds: Readonly<Record<string, Kind>>,
  given: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(kinds, name)) demand(`\`${before}${name}\``, kinds[name]!, value);
    else throw invalid(`no field but ${Object.keys(kinds).join(', ')}`, `\`${before}${name.slice(0, 80)}\``);
  }
}

function demand(what: string, { expected, fits }: Kind, value: unknown): unknown {
  if (fits(value)) return value;
  throw invalid(`${what} to be ${expected}`, typeOf(value));
}

/** What a value is rather than what it says: a source may be a secret, and all this is logged. */
function typeOf(value: unknown): string {
  if (value === undefined) return 'none';
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  return `a ${typeof value}`;
}

function jsonOf({ body, contentType }: Content): unknown {
  if (contentType === 'application/json' && !Buffer.isBuffer(body)) {
    checkSize(JSON.stringify(body));
    return body;
  }
  const text = Buffer.isBuffer(body) ? decoded(body) : String(body);
  checkSize(text);
  try {
    return JSON.parse(text);
  } catch {
    // Node's own error holds some of the text, and with it what may be a secret.
    throw invalid('the message to be JSON', 'text that is none');
  }
}

function checkSize(text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > LARGEST) throw invalid(`a message of at most ${LARGEST} bytes`, String(bytes));
}

function decoded(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw invalid('the message to be text in UTF-8', 'other bytes');
  }
}

const invalid = (expected: string, got: string): LonghandError =>
  new LonghandError('LH_MESSAGE_INVALID', `Expected ${expected}, got ${got}`);
