import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

/** What the server does with a request for a file, or for the rest of one: `bytes` is what was asked for. */
export type Behaviour = (response: ServerResponse, bytes: Buffer) => void;

export const good: Behaviour = (response, bytes) => {
  response.setHeader('content-length', bytes.length).end(bytes);
};
export const absent: Behaviour = (response) => {
  response.writeHead(404).end('no such file');
};
/** Announces all, sends half, hangs up. */
export const cut: Behaviour = (response, bytes) => {
  response.setHeader('content-length', bytes.length);
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
};
/** Says half is all. */
export const short: Behaviour = (response, bytes) => {
  response.end(bytes.subarray(0, bytes.length / 2));
};
export const wrong: Behaviour = (response, bytes) => {
  const other = Buffer.from(bytes);
  other[other.length - 1]! ^= 1;
  response.end(other);
};
/** Sends half and falls silent. */
export const stalling: Behaviour = (response, bytes) => {
  response.write(bytes.subarray(0, bytes.length / 2));
};
export const silent: Behaviour = () => undefined;
/** Sends the file over `milliseconds`. */
export const slow =
  (milliseconds: number): Behaviour =>
  (response, bytes) => {
    response.write(bytes.subarray(0, bytes.length / 2));
    setTimeout(() => response.end(bytes.subarray(bytes.length / 2)), milliseconds);
  };
/** Sends the file in so many pieces, with a pause of so many milliseconds before each but the first. */
export const dribbling =
  (pieces: number, pause: number): Behaviour =>
  (response, bytes) => {
    const size = Math.ceil(bytes.length / pieces);
    const send = (from: number) => {
      response.write(bytes.subarray(from, from + size));
      if (from + size < bytes.length) setTimeout(() => send(from + size), pause);
      else response.end();
    };
    send(0);
  };

/** Name of the file that answers what the hub's API is asked. */
export const API = 'api.json';

/** A local model hub that holds `files`, and counts what is asked of it. */
export class HubServer implements AsyncDisposable {
  readonly #server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const name = path.startsWith('/api/') ? API : (path.split('/').at(-1) ?? '');
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    this.requests.push(`${request.url}${from > 0 ? ` from ${from}` : ''}`);
    const bytes = this.#files[name];
    if (bytes === undefined) absent(response, Buffer.alloc(0));
    else if (from === 0 || !this.knowsRanges) this.behaviour(response, bytes);
    else {
      response.statusCode = 206;
      response.setHeader('content-range', `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
      this.behaviour(response, bytes.subarray(from));
    }
  });
  readonly #files: Record<string, Buffer>;
  readonly requests: string[] = [];
  behaviour: Behaviour = good;
  knowsRanges = true;

  constructor(files: Readonly<Record<string, Buffer>>) {
    this.#files = { ...files };
  }

  /** Holds another content of a file from now on. */
  replace(name: string, bytes: Buffer): void {
    this.#files[name] = bytes;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many are connected. */
  async connections(): Promise<number> {
    return await promisify(this.#server.getConnections.bind(this.#server))();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
