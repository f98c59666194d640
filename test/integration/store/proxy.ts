import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as send,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What the proxy does with a request instead of handing it on and the answer back. */
export type Fault =
  /** Answers by itself. */
  | { readonly status: number; readonly body?: string; readonly headers?: OutgoingHttpHeaders }
  /** Hands the request on, and then closes the connection without an answer. */
  | 'lost'
  /** Closes the connection in the middle of the answer's body. */
  | 'cut'
  /** Gives half of the answer's body as if it were the whole. */
  | 'short'
  /** Never answers. */
  | 'silent'
  /** Answers with the headers and half of the body, and then never more. */
  | 'stalled'
  /** Answers with another body. */
  | { readonly rewrite: (body: string) => string };

/** A request as the faults see it; `name` is its path without query. */
export interface Seen {
  readonly method: string;
  readonly name: string;
  readonly query: URLSearchParams;
}

/** A server between a client and an S3 server, that can fail. Disposing it closes it and its connections. */
export interface Proxy extends AsyncDisposable {
  readonly endpoint: string;
  /** All requests so far. */
  readonly requests: Seen[];
  /** Decides what is done with each request; null leaves it alone. */
  fault: (seen: Seen) => Fault | null;
}

export async function startProxy(target: string): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true });
  const requests: Seen[] = [];
  const server = createServer((incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', target);
    const seen = { method: incoming.method ?? '', name: decodeURIComponent(pathname), query: searchParams };
    requests.push(seen);
    answer(incoming, outgoing, target, agent, proxy.fault(seen)).catch(() => outgoing.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: Proxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fault: () => null,
    [Symbol.asyncDispose]: async () => {
      agent.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return proxy;
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: string,
  agent: Agent,
  fault: Fault | null,
): Promise<void> {
  if (fault === 'silent') return;
  const body = await buffer(incoming);
  if (fault !== null && typeof fault === 'object' && 'status' in fault) {
    outgoing.writeHead(fault.status, fault.headers).end(fault.body);
    return;
  }
  const { hostname, port } = new URL(target);
  const { method, headers, url } = incoming;
  const onward = send({ hostname, port, agent, method, headers, path: url });
  onward.on('error', () => outgoing.destroy());
  onward.end(body);
  const [response] = (await once(onward, 'response')) as [IncomingMessage];
  const whole = await buffer(response);
  if (fault === 'lost') {
    outgoing.destroy();
    return;
  }
  const status = response.statusCode ?? 502;
  if (fault === 'cut' || fault === 'stalled') {
    outgoing.writeHead(status, response.headers).write(whole.subarray(0, whole.length / 2));
    if (fault === 'cut') setImmediate(() => outgoing.destroy());
    return;
  }
  const shown =
    fault === 'short'
      ? whole.subarray(0, whole.length / 2)
      : fault === null
        ? whole
        : Buffer.from(fault.rewrite(whole.toString()));
  const length = method === 'HEAD' ? response.headers['content-length'] : String(shown.length);
  outgoing.writeHead(status, { ...response.headers, ...(length ? { 'content-length': length } : {}) });
  outgoing.end(shown);
}
