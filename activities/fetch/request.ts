import { lookup as lookUp } from 'node:dns';
import { request as overHttp, type IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { LonghandError } from '../../workflows/errors.ts';
import type { MayConnect } from './allowed.ts';
import { connectionFailure, fetchFailure } from './failure.ts';
import type { Limits } from './limits.ts';
import type { Place } from './place.ts';
import { refusalOf } from './remote-uri.ts';

export interface Asking {
  readonly mayConnect: MayConnect;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
}

const REDIRECTS: readonly unknown[] = [301, 302, 303, 307, 308];

/**
 * The answer at a place, its body not read yet, redirects followed: each is looked at as the place itself was. Throws
 * LH_SOURCE_ADDRESS where an address may not be connected to, LH_SOURCE_ANSWER where a redirect may not be followed, what
 * `connectionFailure` gives, and the reason of the signal.
 */
export async function ask(place: Place, asking: Asking): Promise<IncomingMessage> {
  let { url } = place;
  for (let redirects = 0; redirects <= asking.limits.redirects; redirects++) {
    const answer = await askOnce(place, url, asking);
    if (!REDIRECTS.includes(answer.statusCode)) return answer;
    answer.destroy();
    url = redirected(place, url, answer.headers.location);
  }
  throw fetchFailure('LH_SOURCE_ANSWER', place, `got more than ${asking.limits.redirects} redirects`);
}

function redirected(place: Place, from: URL, location: string | undefined): URL {
  const url =
    location !== undefined && URL.canParse(location, from.href) ? new URL(location, from.href) : null;
  let refusal = url === null ? 'no URL' : refusalOf(url);
  if (from.protocol === 'https:' && url?.protocol === 'http:') refusal = 'an unencrypted `http:` URL';
  if (url !== null && refusal === null) return url;
  throw fetchFailure('LH_SOURCE_ANSWER', place, `got a redirect to ${refusal}`);
}

/** One request, over a connection of its own: no agent of the process, and so no proxy of its environment. */
async function askOnce(place: Place, url: URL, asking: Asking): Promise<IncomingMessage> {
  const { mayConnect, limits, headers } = asking;
  asking.signal.throwIfAborted();
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  const port = Number(url.port) || (isSecure ? 443 : 80);
  const may = (address: string): boolean => mayConnect({ host, port, address });
  // No name service is asked for these.
  if (isIP(host) !== 0 && !may(host)) throw notPublic(place, url);

  const lookup: LookupFunction = (name, options, callback) =>
    lookUp(name, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const [first, ...others] = found.filter(({ address }) => may(address));
      if (first === undefined) return callback(notPublic(place, url), []);
      if (options.all) callback(null, [first, ...others]);
      else callback(null, first.address, first.family);
    });
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), limits.answer);
  const signal = AbortSignal.any([asking.signal, silence.signal]);
  try {
    return await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { agent: false, lookup, headers, signal, maxHeaderSize: limits.headerBytes };
      const request = (isSecure ? overHttps : overHttp)(url, options, (answer) => {
        // What comes after the body's announced end is an error of the request alone; nobody may read the answer by then.
        answer.on('error', () => undefined);
        request.on('error', (error) => answer.destroy(error));
        resolve(answer);
      });
      request.on('error', reject);
      request.end();
    });
  } catch (error) {
    asking.signal.throwIfAborted();
    if (!silence.signal.aborted) throw connectionFailure(place, error);
    throw fetchFailure(
      'LH_SOURCE_UNREACHABLE',
      place,
      `no answer came within ${limits.answer / 1000} seconds`,
    );
  } finally {
    clearTimeout(timer);
  }
}

function notPublic(place: Place, url: URL): LonghandError {
  const where = url === place.url ? 'its host has' : 'a redirect leads to';
  // The address itself would tell strangers what names mean in this network.
  const host = place.isSecret ? '' : ` (\`${url.host}\`)`;
  const way = 'LONGHAND_FETCH_ALLOW on the media workers allows a host, a host:port or a range';
  return fetchFailure('LH_SOURCE_ADDRESS', place, `${where} no public address${host}; ${way}`);
}
