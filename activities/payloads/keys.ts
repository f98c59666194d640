import { readFileSync } from 'node:fs';
import { LonghandError } from '../../workflows/errors.ts';

/** Bytes of a key of AES-256. */
const KEY_BYTES = 32;

/** Keys by their IDs. The first encrypts; each decrypts what was encrypted with it. */
export type PayloadKeys = ReadonlyMap<string, Buffer>;

/**
 * The keys that `LONGHAND_PAYLOAD_KEYS` or the file named by `LONGHAND_PAYLOAD_KEYS_FILE` holds: `id:key`, parted by
 * commas or lines, a key of 32 bytes in base64. Null where neither is set. Throws LH_OPTION_INVALID, which names the
 * place and never shows a key.
 */
export function readPayloadKeys(environment: NodeJS.ProcessEnv = process.env): PayloadKeys | null {
  const { LONGHAND_PAYLOAD_KEYS: text = '', LONGHAND_PAYLOAD_KEYS_FILE: file = '' } = environment;
  if (text !== '' && file !== '') {
    throw invalid('LONGHAND_PAYLOAD_KEYS or LONGHAND_PAYLOAD_KEYS_FILE', 'to be set', 'both');
  }
  if (text !== '') return parseKeys(text, 'LONGHAND_PAYLOAD_KEYS');
  return file === '' ? null : parseKeys(contentOf(file), 'LONGHAND_PAYLOAD_KEYS_FILE');
}

/** The IDs of the keys that the environment has, the one that encrypts first; null where it has none. Throws as above. */
export function payloadKeyIds(environment: NodeJS.ProcessEnv = process.env): string | null {
  const keys = readPayloadKeys(environment);
  return keys && [...keys.keys()].join(', ');
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid('LONGHAND_PAYLOAD_KEYS_FILE', 'to name a file that can be read', reason);
  }
}

function parseKeys(text: string, place: string): PayloadKeys {
  const keys = new Map<string, Buffer>();
  const entries = text
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  for (const [index, entry] of entries.entries()) {
    const where = `key ${index + 1} of ${place}`;
    const [, id = '', coded = ''] = /^([\w.-]{1,64}):([A-Za-z0-9+/]+={0,2})$/.exec(entry) ?? [];
    if (id === '') throw invalid(where, 'to read id:key, the key in base64', 'another form');
    const key = Buffer.from(coded, 'base64');
    if (key.length !== KEY_BYTES) throw invalid(where, `to have ${KEY_BYTES} bytes`, String(key.length));
    if (keys.has(id)) throw invalid(where, 'to have an ID of its own', `\`${id}\` again`);
    keys.set(id, key);
  }
  if (keys.size === 0) throw invalid(place, 'to hold a key', 'none');
  return keys;
}

const invalid = (place: string, expected: string, came: string): LonghandError =>
  new LonghandError('LH_OPTION_INVALID', `Expected ${place} ${expected}, got ${came}`);
