import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LonghandError } from '../../workflows/errors.ts';
import type { Listen } from './listen.ts';
import type { Vitals } from './vitals.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** What one worker process serves to those who watch it. */
interface Served {
  /** Port of this machine at which Temporal's exporter shows the figures; null where they are pushed. */
  readonly exporter: number | null;
  /** The vitals as they are now. */
  readonly vitals: () => Vitals;
}

/**
 * Serves `/metrics`, `/healthz` and `/readyz`, which are 503 with what is wrong, a line each, or 200 with `ok`. Gives the
 * URL. Throws LH_PORT_BUSY, and LH_OPTION_INVALID for an address that this machine has not.
 */
export async function openEndpoint({ host, port }: Listen, { exporter, vitals }: Served): Promise<string> {
  const answers: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
    '/metrics': (response) => tellFigures(response, exporter),
    '/healthz': (response) => Promise.resolve(tellTroubles(response, vitals().health())),
    '/readyz': async (response) => tellTroubles(response, await vitals().readiness()),
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url?.split('?')[0] ?? ''];
    if (!answer) return tell(response, 404, `Expected ${Object.keys(answers).join(', ')}`);
    answer(response).catch((error: unknown) => tell(response, 503, String(error)));
  });
  server.listen(port, host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw listenFailure(error, host, port);
  });
  server.unref();
  const { address, port: taken, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
}

function listenFailure(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const cause = { cause: error };
  if (error.code === 'EADDRINUSE') {
    const message = `Expected port ${port} of ${host} to be free, but another program uses it`;
    return new LonghandError('LH_PORT_BUSY', message, cause);
  }
  const message = `Expected \`metrics\` to be an address of this machine, got \`${host}:${port}\`: ${error.message}`;
  return new LonghandError('LH_OPTION_INVALID', message, cause);
}

async function tellFigures(response: ServerResponse, exporter: number | null): Promise<void> {
  if (exporter === null)
    return tell(response, 404, 'The figures are pushed to a collector: see OTEL_METRICS_EXPORTER');
  const scraped = await fetch(`http://127.0.0.1:${exporter}/metrics`);
  tell(response, scraped.status, (await scraped.text()).trimEnd());
}

const tellTroubles = (response: ServerResponse, troubles: readonly string[]): void =>
  troubles.length === 0 ? tell(response, 200, 'ok') : tell(response, 503, troubles.join('\n'));

function tell(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': TEXT }).end(`${text}\n`);
}
