import { isOf, misfitOf, type Kind, type Shape } from '../../../activities/request/fields.ts';
import { OPTION_KINDS } from '../../../activities/request/option-kinds.ts';
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

const OPTIONS = { ...OPTION_KINDS, priority: 'a string', tenant: 'a string' } as const satisfies Record<
  keyof Wanted['options'],
  Kind
>;

const FIELDS = { schema: 'a string', source: 'a string', options: 'an object', key: 'a string' } as const;

/** Reads a message strictly. Throws LH_MESSAGE_INVALID; what the options say is for the client to check. */
export function readMessage(content: Content): Wanted {
  const message = jsonOf(content);
  if (!isOf('an object', message)) throw invalid('the message to be an object', typeOf(message));
  checkFields('', FIELDS, message);
  const { schema = REQUEST_SCHEMA, source, options = {}, key = null } = message;
  if (schema !== REQUEST_SCHEMA) throw invalid(`\`schema\` to be \`${REQUEST_SCHEMA}\``, 'another');
  if (source === undefined) throw invalid('`source` to be a string', 'none');
  checkFields('options.', OPTIONS, options as Record<string, unknown>);
  return { source, options, key } as Wanted;
}

function checkFields(before: string, shape: Shape, given: Readonly<Record<string, unknown>>): void {
  const misfit = misfitOf(given, shape);
  if (misfit === null) return;
  const { name, value, expected } = misfit;
  if (expected !== null) throw invalid(`\`${before}${name}\` to be ${expected}`, typeOf(value));
  throw invalid(`no field but ${Object.keys(shape).join(', ')}`, `\`${before}${name.slice(0, 80)}\``);
}

/** What a value is rather than what it says: a source may be a secret, and all this is logged. */
function typeOf(value: unknown): string {
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
