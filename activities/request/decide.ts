import { basename, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RemoteSource, Source, TranscriptionRequest } from '../../workflows/contract.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { localPath } from '../media/source-file.ts';
import { checkFields, type Shape } from './fields.ts';
import { canonicalOptions, canonicalTenant } from './options.ts';
import { remoteSource } from './remote-source.ts';

const REQUEST: Shape = { source: 'an object', options: 'an object', tenant: 'a text' };

const SOURCE: Shape = { uri: 'a text', name: 'a text', sha256: 'a text' };

const OPTIONS: Shape = {
  language: 'a text',
  languages: 'a list of texts',
  languagePer: 'a text',
  task: 'a text',
  prompt: 'a text',
  hotwords: 'a text',
  words: 'true or false',
  model: 'a text',
  ladder: 'a list of texts',
  gaps: 'a text',
  lowerUnderLoad: 'true or false',
  text: 'a list',
  formats: 'a list of texts',
  subtitles: 'an object',
  out: 'a text',
};

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
  const wanted = checkFields(options ?? {}, 'options', OPTIONS);
  const out = wanted.out === undefined ? {} : { out: folderOf(wanted.out as string) };
  return {
    source: decideSource(checkFields(source, 'source', SOURCE)),
    options: canonicalOptions({ ...wanted, ...out }),
    tenant: canonicalTenant(tenant as string | undefined),
  };
}

function decideSource(given: Readonly<Record<string, unknown>>): Source | RemoteSource {
  const { uri, name, sha256 } = given as Readonly<Partial<Record<'uri' | 'name' | 'sha256', string>>>;
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
  const shown = got === undefined ? 'nothing' : `\`${JSON.stringify(got)}\``;
  return new LonghandError('LH_OPTION_INVALID', `Expected \`${field}\` to be ${expected}, got ${shown}`);
}
