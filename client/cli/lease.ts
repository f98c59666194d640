import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readAddress } from '../../workers/supervisor/address-file.ts';
import { lastError, logFile } from '../../workers/supervisor/logs.ts';
import type {
  SupervisorAddress,
  SupervisorEvent,
  SupervisorSettings,
} from '../../workers/supervisor/protocol.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { demandHome } from '../../workers/supervisor/room.ts';

/** Time a supervisor has to open its door, in milliseconds; another may first have to end. */
const OPEN_DEADLINE = 30_000;
const LOOK_AGAIN = 20;

/** A hold on the supervisor of a home: it runs at least as long as this is not released. */
export interface Lease {
  /** What the supervisor tells, from what still held when the lease began. Ends when the supervisor is gone. */
  readonly events: AsyncIterable<SupervisorEvent>;
  /** Asks for workers that run a model, beside those that others asked for. */
  readonly serve: (model: string) => void;
  /** Gives the lease back; resolves when, if it was the last, the supervisor has ended with all it started. */
  readonly release: () => Promise<void>;
}

/**
 * Takes a lease on the supervisor of a home, starting one where none runs. Throws LH_SUPERVISOR_FAILED,
 * LH_NOT_WRITABLE, LH_DISK_FULL.
 */
export async function takeLease(settings: SupervisorSettings): Promise<Lease> {
  const deadline = performance.now() + OPEN_DEADLINE;
  let started: Started | undefined;
  while (performance.now() < deadline) {
    const joined = await joinSupervisor(settings.home);
    if (joined) {
      // Two first commands each started one; the one that lost the race would wait for the other's end.
      if (joined.pid !== started?.pid) started?.abandon();
      return joined.lease;
    }
    started ??= await startSupervisor(settings);
    if (started.exit() !== null) throw await failedStart(started.log);
    await setTimeout(LOOK_AGAIN);
  }
  throw new LonghandError(
    'LH_SUPERVISOR_FAILED',
    `Expected the supervisor of ${settings.home} to answer within ${OPEN_DEADLINE / 1000} s, but it did not`,
  );
}

/** Takes a lease on the supervisor that runs for a home; null where none does. */
export async function joinLease(home: string): Promise<Lease | null> {
  return (await joinSupervisor(home))?.lease ?? null;
}

async function joinSupervisor(home: string): Promise<{ lease: Lease; pid: number } | null> {
  const address = await readAddress(home);
  const socket = address && (await greet(address));
  return socket && { lease: leaseOn(socket), pid: address.pid };
}

/** A connection whose token the supervisor took; null where nobody answers. */
async function greet({ port, token }: SupervisorAddress): Promise<Socket | null> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write(`${token}\n`);
    // A supervisor that takes the token says something at once; one that is ending closes the door.
    await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
    if (socket.readable && socket.readableLength > 0) return socket;
  } catch {
    // Nobody listens: the address is that of a supervisor that was killed.
  }
  socket.destroy();
  return null;
}

function leaseOn(socket: Socket): Lease {
  const closed = once(socket, 'close').catch(() => undefined);
  socket.on('error', () => socket.destroy());
  return {
    events: parseLines(socket),
    serve: (model) => void socket.write(`model ${model}\n`),
    release: async () => {
      // What nobody reads would hold back the news of the end.
      socket.resume();
      if (!socket.destroyed) socket.write('release\n');
      await closed;
    },
  };
}

async function* parseLines(socket: Socket): AsyncIterable<SupervisorEvent> {
  for await (const line of createInterface({ input: socket })) yield JSON.parse(line) as SupervisorEvent;
}

interface Started {
  /** Exit status; null while it runs. */
  readonly exit: () => number | null;
  readonly log: string;
  readonly pid: number | undefined;
  readonly abandon: () => void;
}

async function startSupervisor(settings: SupervisorSettings): Promise<Started> {
  await demandHome(settings.home);
  const log = await logFile(settings.home, 'supervisor');
  const descriptor = openSync(log, 'a');
  const extension = extname(fileURLToPath(import.meta.url));
  const entry = fileURLToPath(new URL(`../../workers/supervisor/main${extension}`, import.meta.url));
  // A session of its own, so that a Ctrl-C in this terminal ends it by the lease, in order, and not by surprise.
  const child = spawn(process.execPath, [...process.execArgv, entry, JSON.stringify(settings)], {
    detached: true,
    stdio: ['ignore', descriptor, descriptor],
  });
  child.unref();
  return { exit: () => child.exitCode, log, pid: child.pid, abandon: () => child.kill() };
}

async function failedStart(log: string): Promise<LonghandError> {
  const reason = await lastError(log);
  return new LonghandError(
    'LH_SUPERVISOR_FAILED',
    `Expected the supervisor to start, got: ${reason} (see ${log})`,
  );
}
