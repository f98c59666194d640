import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one request. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

/** Sends all of `bytes`, or the rest that was asked for, under an ETag. */
export const whole =
  (bytes: Buffer, etag = '"1"'): Behaviour =>
  (response, request) => {
    const from = restOf(request, etag);
    head(response, bytes, from, etag);
    response.end(bytes.subarray(from));
  };

/** As `whole`, but hangs up after so many bytes. */
export const cutAfter =
  (bytes: Buffer, count: number, etag = '"1"'): Behaviour =>
  (response, request) => {
    const from = restOf(request, etag);
    head(response, bytes, from, etag);
    response.write(bytes.subarray(from, from + count), () => setTimeout(() => response.destroy(), 20));
  };

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (response) =>
    void response.writeHead(code, headers).end();

/** Where the rest begins that was asked for, if it is of these bytes still. */
function restOf({ headers }: IncomingMessage, etag: string): number {
  return headers['if-range'] === etag ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0) : 0;
}

function head(response: ServerResponse, bytes: Buffer, from: number, etag: string): void {
  const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(from > 0 ? 206 : 200, {
    ...{ etag, 'content-length': bytes.length - from },
    ...(from > 0 && range),
  });
}

/** A web server on this machine that does with each request, by its path, what is next for it; the last stays. */
export class WebServer implements AsyncDisposable {
  readonly #behaviours = new Map<string, Behaviour[]>();
  readonly #server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    this.requests.push(`${path}${request.headers.range ? ` ${request.headers.range}` : ''}`);
    this.headers.push(request.headers);
    const next = this.#behaviours.get(path) ?? [status(404)];
    const behave = next.length > 1 ? next.shift() : next[0];
    behave?.(response, request);
  });
  /** Path and range of each request. */
  readonly requests: string[] = [];
  readonly headers: IncomingMessage['headers'][] = [];

  static async start(): Promise<WebServer> {
    const server = new WebServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Has the requests of `path` answered so from now on, one after the other. */
  on(path: string, ...behaviours: Behaviour[]): string {
    this.#behaviours.set(path, behaviours);
    return `http://127.0.0.1:${this.port}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
