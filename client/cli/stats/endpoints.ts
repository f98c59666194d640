import { setTimeout } from 'node:timers/promises';
import { LonghandError } from '../../../workflows/errors.ts';
import { joinLease, type Lease } from '../lease.ts';

/** Milliseconds within which a running supervisor says where its workers are. */
const KNOWN_WITHIN = 1000;
/** Milliseconds that an endpoint has to answer. */
const ANSWERS_WITHIN = 5000;

/** An endpoint's URL from what a person gives: `host:port` will do. Throws LH_OPTION_INVALID. */
export function endpointUrl(given: string): string {
  const text = /^https?:\/\//i.test(given) ? given : `http://${given}`;
  if (!URL.canParse(text)) {
    const message = `Expected an endpoint as http://host:port or host:port, got \`${given}\``;
    throw new LonghandError('LH_OPTION_INVALID', message);
  }
  return text.replace(/\/(metrics)?\/?$/, '');
}

/** The endpoints of the workers that run for a home. Throws LH_ENDPOINT_AWAY where none do. */
export async function endpointsOf(home: string): Promise<string[]> {
  const lease = await joinLease(home);
  if (lease !== null) {
    try {
      const urls = await Promise.race([toldBy(lease), setTimeout(KNOWN_WITHIN, null)]);
      if (urls !== null) return urls;
    } finally {
      await lease.release();
    }
  }
  const message = `Expected workers that run for ${home}, or the URL of a worker's endpoint, got neither`;
  throw new LonghandError('LH_ENDPOINT_AWAY', message);
}

async function toldBy({ events }: Lease): Promise<string[] | null> {
  for await (const event of events) if (event.type === 'endpoints') return Object.values(event.urls);
  return null;
}

/** What an endpoint shows, in Prometheus's text format. Throws LH_ENDPOINT_AWAY. */
export async function scrape(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(ANSWERS_WITHIN) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status}: ${text.trim()}`);
    return text;
  } catch (cause) {
    const { message, cause: deeper } = cause as Error;
    const reason = deeper instanceof Error ? deeper.message : message;
    const text = `Expected a worker's figures at ${url}/metrics, got: ${reason}`;
    throw new LonghandError('LH_ENDPOINT_AWAY', text, { cause });
  }
}
