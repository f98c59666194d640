import { basename, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RemoteSource, Source, TranscriptionRequest } from '../../workflows/contract.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { localPath } from '../media/source-file.ts';
import { isOf, misfitOf, type Shape, type Shaped } from './fields.ts';
import { OPTION_KINDS } from './option-kinds.ts';
import { canonicalOptions, canonicalTenant } from './options.ts';
import { remoteSource } from './remote-source.ts';

const REQUEST = { source: 'an object', options: 'an object', tenant: 'a string' } as const satisfies Shape;

const SOURCE = { uri: 'a string', name: 'a string', sha256: 'a string' } as const satisfies Shape;

/** Characters that a message shows of a value. */
const SHOWN = 80;
const SHA256 = /^[0-9a-f]{64}$/;
/** A source that somebody has put into the store. */
const STORED = /^store:sources\/([0-9a-f]{64})$/;
/** A name that people can read, and no path. */
const NAME = /^[^\p{C}/\\]{1,255}$/u;

/**
 * The request of a client that decides nothing itself: plain data, of which all may be left out but the source's URI. What
 * is null is left out. Its shape is published: `docs/schema/request-1.json`.
 *
 * Throws LH_OPTION_INVALID for what is of another shape, LH_SOURCE_SCHEME, LH_SOURCE_READABLE, and what
 * `canonicalOptions` throws.
 */
export function decideRequest(asked: unknown): TranscriptionRequest {
  const { source, options, tenant } = checkFields(asked, 'request', REQUEST);
  const wanted = checkFields(options ?? {}, 'options', OPTION_KINDS);
  const out = wanted.out === undefined ? {} : { out: folderOf(wanted.out) };
  return {
    source: decideSource(checkFields(source, 'source', SOURCE)),
    options: canonicalOptions({ ...wanted, ...out }),
    tenant: canonicalTenant(tenant),
  };
}

/** The fields of an object, without those that are null. `place` names it in messages. Throws LH_OPTION_INVALID. */
function checkFields<S extends Shape>(given: unknown, place: string, shape: S): Shaped<S> {
  if (!isOf('an object', given)) throw invalid(place, 'an object', given);
  const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const misfit = misfitOf(fields, shape);
  if (misfit === null) return fields as Shaped<S>;
  const { name, value, expected } = misfit;
  if (expected === null) throw invalid(place, `of the fields ${Object.keys(shape).join(', ')}`, name);
  throw invalid(place === 'request' ? name : `${place}.${name}`, expected, value);
}

function decideSource({ uri, name, sha256 }: Shaped<typeof SOURCE>): Source | RemoteSource {
  if (uri === undefined) throw invalid('source.uri', 'a URI', uri);
  if (name !== undefined && !NAME.test(name)) throw invalid('source.name', 'the name of a file', name);
  if (sha256 !== undefined && !SHA256.test(sha256)) {
    throw invalid('source.sha256', '64 hexadecimal digits, lower case', sha256);
  }
  const remote = remoteSource(uri);
  const [, stored] = STORED.exec(uri) ?? [];
  if (remote && sha256 !== undefined) {
    throw invalid('source.sha256', 'left out, for a worker fetches the source', sha256);
  }
  if (remote) return { ...remote, ...(name !== undefined && { name }) };
  if (stored === undefined) {
    return { uri, name: name ?? basename(localPath(uri)), sha256: sha256 ?? null };
  }
  if (name === undefined) throw invalid('source.name', 'the name of the file that is in the store', name);
  if (sha256 === undefined || sha256 === stored) return { uri, name, sha256: stored };
  throw invalid('source.sha256', 'that of the URI', sha256);
}

/** The path of a folder of the workers' disk. */
function folderOf(out: string): string {
  const path = out.startsWith('file:') ? pathOf(out) : out;
  if (path !== null && isAbsolute(path)) return path;
  throw invalid('options.out', "an absolute path, or a file: URI, of a folder on the workers' disk", out);
}

/** The path that a `file:` URI names; null where it names none of this machine. */
function pathOf(uri: string): string | null {
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}

function invalid(field: string, expected: string, got: unknown): LonghandError {
  const shown = got === undefined ? 'nothing' : `\`${JSON.stringify(got).slice(0, SHOWN)}\``;
  return new LonghandError('LH_OPTION_INVALID', `Expected \`${field}\` to be ${expected}, got ${shown}`);
}
