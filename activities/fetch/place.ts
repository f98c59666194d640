import { readFileSync } from 'node:fs';
import { LonghandError, systemCode } from '../../workflows/errors.ts';
import { shownUri } from '../store/shown-uri.ts';
import { refusalOf, secretName } from './remote-uri.ts';

/** Where a source is fetched from. */
export interface Place {
  readonly url: URL;
  /** What messages may show of it: nothing of a secret but its name. */
  readonly shown: string;
  readonly isSecret: boolean;
}

/**
 * The place that a source's URI names: itself, or what this worker holds by the name of a secret. Throws
 * LH_SECRET_MISSING or LH_SOURCE_SCHEME, which show no more than `shown`.
 */
export function placeOf(uri: string, environment: NodeJS.ProcessEnv = process.env): Place {
  const name = secretName(uri);
  const text = name === null ? uri : readSecret(name, environment);
  const shown = shownUri(uri);
  const url = URL.canParse(text) ? new URL(text) : null;
  const refusal = url === null ? 'another text' : refusalOf(url);
  if (url !== null && refusal === null) return { url, shown, isSecret: name !== null };
  if (name !== null) throw missing(name, `to hold an http: or https: URL, got ${refusal}`);
  const message = `Expected an http: or https: URL of a source, got ${refusal}: \`${shown}\``;
  throw new LonghandError('LH_SOURCE_SCHEME', message, { details: { uri: shown } });
}

/** Read at each fetch, so that a secret can be changed while the worker runs. */
function readSecret(name: string, environment: NodeJS.ProcessEnv): string {
  const { [`LONGHAND_SECRET_${name}`]: text = '', [`LONGHAND_SECRET_${name}_FILE`]: file = '' } = environment;
  if (text !== '' && file !== '') throw missing(name, 'or its _FILE to be set, got both');
  if (text !== '') return text.trim();
  if (file === '') throw missing(name, 'or its _FILE to be set on the media workers, got neither');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw missing(name, `to be a secret; its _FILE names a file that cannot be read (${systemCode(error)})`);
  }
}

const missing = (name: string, expected: string): LonghandError =>
  new LonghandError('LH_SECRET_MISSING', `Expected LONGHAND_SECRET_${name} ${expected}`, {
    details: { name },
  });
