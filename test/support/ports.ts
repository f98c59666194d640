import { once } from 'node:events';
import { createServer } from 'node:net';

/** Ports from 10,000 on that no system gives to who asks for any. */
const FIRST = 10_000;

/**
 * Below what a system gives to who asks for any, where another program could take it before its server does; and
 * below 32,768, for Temporal keeps its own in a signed 16-bit column of PostgreSQL.
 */
const END = 32_000;

/** Where nobody listens: only root may take such a port, and no system gives one to who asks for any. */
export const CLOSED = '127.0.0.1:2';

/** Where the next look begins: each process at a place of its own, and never again at what it gave. */
let next = FIRST + ((process.pid * 61) % (END - FIRST));

/** A port of the loopback address that nothing listens on, another each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next;
    next = port + 1 < END ? port + 1 : FIRST;
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  const listens = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (listens) await once(server.close(), 'close');
  return listens;
}
