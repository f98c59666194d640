import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Leases } from '../../../workers/supervisor/leases.ts';
import type { SupervisorEvent } from '../../../workers/supervisor/protocol.ts';

/** The second that a wait has by itself is little on a busy machine. */
const PATIENTLY = { timeout: 8000 };
const KNOWN: SupervisorEvent = { type: 'ready' };

let onLast: () => void;
let leases: Leases;
let port: number;
const sockets: Socket[] = [];

beforeEach(async () => {
  onLast = vi.fn();
  leases = new Leases(() => [KNOWN], onLast);
  port = await leases.listen();
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  leases.close();
});

describe('a lease', () => {
  it('is held from the token on, and hears what is known and what comes', async () => {
    const holder = await take(leases.token);
    expect(await holder.hear(2)).toEqual([{ type: 'welcome' }, KNOWN]);
    expect(leases.count).toBe(1);
    leases.tell({ type: 'notice', text: 'news' });
    expect(await holder.hear(1)).toEqual([{ type: 'notice', text: 'news' }]);
  });

  it.each(['', 'x', 'x'.repeat(48)])('is not had for the token %j', async (token) => {
    const { socket } = await take(token);
    await once(socket, 'close');
    expect(leases.count).toBe(0);
    expect(onLast).not.toHaveBeenCalled();
  });

  it('is given back by its word; only the last ends the supervisor, and stays to learn that it has', async () => {
    const [first, second] = [await take(leases.token), await take(leases.token)];
    await Promise.all([first.hear(2), second.hear(2)]);
    first.socket.write('release\n');
    await once(first.socket, 'close');
    expect(onLast).not.toHaveBeenCalled();
    second.socket.write('release\n');
    await vi.waitFor(() => expect(onLast).toHaveBeenCalledOnce(), PATIENTLY);
    expect(second.socket.destroyed).toBe(false);
  });

  it('asks for models, and is held on', async () => {
    const onModel = vi.fn();
    const asked = new Leases(() => [KNOWN], onLast, onModel);
    const holder = await take(asked.token, await asked.listen());
    await holder.hear(2);
    holder.socket.write('model medical\nmodel base\n');
    await vi.waitFor(() => expect(onModel.mock.calls).toEqual([['medical'], ['base']]), PATIENTLY);
    expect(asked.count).toBe(1);
    asked.close();
  });

  it('is given back by the death of its holder', async () => {
    const holder = await take(leases.token);
    await holder.hear(2);
    holder.socket.resetAndDestroy();
    await vi.waitFor(() => expect(onLast).toHaveBeenCalledOnce(), PATIENTLY);
    expect(leases.count).toBe(0);
  });

  it('is not had once the door is closed', async () => {
    const holder = await take(leases.token);
    await holder.hear(2);
    leases.close();
    await expect(take(leases.token)).rejects.toThrow('ECONNREFUSED');
  });
});

async function take(token: string, at = port) {
  const socket = connect(at, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  socket.write(`${token}\n`);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const hear = async (count: number): Promise<SupervisorEvent[]> => {
    const heard: SupervisorEvent[] = [];
    while (heard.length < count)
      heard.push(JSON.parse(String((await lines.next()).value)) as SupervisorEvent);
    return heard;
  };
  return { socket, hear };
}
