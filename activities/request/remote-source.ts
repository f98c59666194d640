import { refusalOf, secretName } from '../fetch/remote-uri.ts';
import { readPayloadKeys } from '../payloads/keys.ts';
import { shownUri } from '../store/shown-uri.ts';
import type { RemoteSource } from '../../workflows/contract.ts';
import { LonghandError } from '../../workflows/errors.ts';

/** Characters of a name that a URL gives: what is longer is none for people. */
const NAME_LENGTH = 120;

/**
 * A source that a worker fetches: an `http:` or `https:` URL, without its fragment, which no server is told, or
 * `secret:NAME`. Null for all else. Throws LH_SOURCE_SCHEME for a URL with a user or a password and for another form of
 * secret; LH_SOURCE_READABLE for a URL with a query, where the environment has no keys of payloads.
 */
export function remoteSource(
  source: string | URL,
  environment: NodeJS.ProcessEnv = process.env,
): RemoteSource | null {
  const text = String(source);
  if (text.startsWith('secret:')) {
    const name = secretName(text);
    if (name !== null) return { uri: text, name: name.toLowerCase(), sha256: null };
    throw refused(text, '`secret:NAME`, of at most 64 of A–Z, 0–9 and _ and without _FILE at its end');
  }
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  url.hash = '';
  const refusal = refusalOf(url);
  if (refusal !== null) {
    throw refused(text, `a URL, or \`secret:NAME\` for one that is a secret, got ${refusal}`);
  }
  if (url.search !== '' && readPayloadKeys(environment) === null) {
    throw new LonghandError(
      'LH_SOURCE_READABLE',
      `Expected a URL without a query, which anyone could read on the Temporal server, got \`${shownUri(text)}\`: ` +
        'have the workers hold it and name it as `secret:NAME`, or encrypt payloads with LONGHAND_PAYLOAD_KEYS',
    );
  }
  return { uri: url.href, name: nameOf(url), sha256: null };
}

/** The last part of a URL's path, made a file name: no slash, nothing that a terminal would obey, no dot in front. */
function nameOf({ pathname }: URL): string {
  const part = pathname.split('/').findLast((one) => one !== '') ?? '';
  const name = decoded(part)
    .replaceAll(/[\p{C}/\\]+/gu, '_')
    .replace(/^[.\s]+/, '');
  return [...name].slice(-NAME_LENGTH).join('').trim() || 'download';
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Percent signs that mean themselves, or bytes that are no UTF-8.
    return part;
  }
}

const refused = (text: string, expected: string): LonghandError =>
  new LonghandError('LH_SOURCE_SCHEME', `Expected ${expected}: \`${shownUri(text)}\``);
