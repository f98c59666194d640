import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { SupervisorEvent } from './protocol.ts';

/** Time a new connection has to show the token, in milliseconds. */
const GREETING_DEADLINE = 5000;

/**
 * The door of the supervisor on the loopback address. A connection that shows the token holds a lease until it
 * says `release` or closes, which the kernel sees to however its process ends. A holder may say `model NAME` before,
 * which asks for workers that run it. Whoever released the last lease
 * stays connected until this process ends, and so learns that nothing is left.
 */
export class Leases {
  readonly token = randomBytes(24).toString('hex');
  readonly #server: Server;
  readonly #holders = new Set<Socket>();
  readonly #onLast: () => void;
  readonly #known: () => readonly SupervisorEvent[];
  readonly #onModel: (name: string) => void;

  /**
   * `known` gives what a new holder must be told; `onLast` is called when the last lease is given back, `onModel` when a
   * holder asks for a model.
   */
  constructor(
    known: () => readonly SupervisorEvent[],
    onLast: () => void,
    onModel: (name: string) => void = () => undefined,
  ) {
    this.#known = known;
    this.#onLast = onLast;
    this.#onModel = onModel;
    this.#server = createServer((socket) => void this.#greet(socket));
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  get count(): number {
    return this.#holders.size;
  }

  tell(event: SupervisorEvent): void {
    for (const holder of this.#holders) holder.write(`${JSON.stringify(event)}\n`);
  }

  /** Takes no more leases. */
  close(): void {
    this.#server.close();
  }

  async #greet(socket: Socket): Promise<void> {
    socket.on('error', () => socket.destroy());
    socket.setTimeout(GREETING_DEADLINE, () => socket.destroy());
    const lines = createInterface({ input: socket });
    const greeted = Promise.race([once(lines, 'line'), once(lines, 'close')]);
    const [token] = (await greeted) as [string?];
    if (socket.destroyed || !token || !sameToken(token, this.token) || !this.#server.listening) {
      socket.destroy();
      return;
    }
    socket.setTimeout(0);
    this.#holders.add(socket);
    socket.once('close', () => this.#release(socket));
    lines.on('line', (line) => {
      const [, model] = /^model (.+)$/.exec(line) ?? [];
      if (model !== undefined) return this.#onModel(model);
      this.#release(socket);
      if (this.#holders.size > 0) socket.end();
    });
    for (const event of [{ type: 'welcome' }, ...this.#known()]) socket.write(`${JSON.stringify(event)}\n`);
  }

  #release(socket: Socket): void {
    if (this.#holders.delete(socket) && this.#holders.size === 0) this.#onLast();
  }
}

function sameToken(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
