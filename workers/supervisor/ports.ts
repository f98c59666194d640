import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { LonghandError } from '../../workflows/errors.ts';

const HOST = '127.0.0.1';

/** Path of the lock that a user's supervisors hold from looking for ports until their server has taken them. */
export const portsLock = (): string => join(tmpdir(), `longhand-${userInfo().uid}`, 'ports');

/** `wanted` where it is free on the loopback address, else any free port. */
export async function preferPort(wanted: number): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? wanted;
}

/** `port`, which must be free. Throws LH_PORT_BUSY. */
export async function demandPort(port: number): Promise<number> {
  if ((await tryPort(port)) === null) {
    throw new LonghandError(
      'LH_PORT_BUSY',
      `Expected port ${port} of ${HOST} to be free, but another program uses it`,
    );
  }
  return port;
}

async function tryPort(port: number): Promise<number | null> {
  const server = createServer();
  try {
    server.listen(port, HOST);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch {
    return null;
  } finally {
    server.close();
  }
}
