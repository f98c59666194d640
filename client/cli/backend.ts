import { EventEmitter, once } from 'node:events';
import { Client, Connection } from '@temporalio/client';
import { setTimeout } from 'node:timers/promises';
import type { SupervisorEvent, SupervisorSettings } from '../../workers/supervisor/protocol.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { takeLease, type Lease } from './lease.ts';
import type { Display } from './display.ts';
import { whenAborted } from './exit.ts';

/** Times a command takes up its work again after its supervisor was killed. */
const LIVES = 5;
/** Milliseconds a lost supervisor may need to be noticed. */
const LOSS_NOTICED = 1000;
/** Milliseconds a server that accepts connections has to answer as Temporal does. */
const ANSWER_DEADLINE = 10_000;

/** Marks the end of a supervisor that said nothing before. */
const LOST = { lost: true } as const;

type ServerEvent = SupervisorEvent & { type: 'server' };

/** Everything a command needs to start transcriptions: a lease on the supervisor, and a client of its server. */
export interface Backend {
  readonly client: Client;
  readonly server: ServerEvent;
  /** Rejects with the coded error when the supervisor or something it needs fails. */
  readonly failed: Promise<never>;
  /** Resolves when the workers take work. */
  readonly ready: Promise<void>;
  /** Whether the supervisor has ended without having said why. */
  readonly isLost: () => Promise<boolean>;
  readonly release: () => Promise<void>;
}

/**
 * Runs `act` on a backend, and again on a new one when the supervisor under it was killed: what was started is
 * found again. Gives the backend back in the end; resolves when all that only it needed has ended.
 */
export async function withBackend<T>(
  settings: SupervisorSettings,
  display: Display,
  interrupted: AbortSignal,
  act: (backend: Backend) => Promise<T>,
): Promise<T> {
  for (let life = 1; ; life++) {
    const backend = await openBackend(settings, display, interrupted);
    try {
      return await Promise.race([act(backend), backend.failed]);
    } catch (error) {
      if (interrupted.aborted || life === LIVES || !(await backend.isLost())) throw error;
      display.note('The supervisor was lost; starting another');
    } finally {
      await backend.release();
    }
  }
}

/** Takes a lease and connects to the server as soon as it answers; fetches show on `display` meanwhile. */
async function openBackend(
  settings: SupervisorSettings,
  display: Display,
  interrupted: AbortSignal,
): Promise<Backend> {
  const lease = await takeLease(settings);
  const { server, ready, failed } = follow(lease, display);
  try {
    const event = await Promise.race([server, failed, whenAborted(interrupted)]);
    if (settings.address !== null && settings.address !== event.address) {
      throw new LonghandError(
        'LH_OPTION_INVALID',
        `Expected \`address\` to be ${event.address}, which the running supervisor uses, got \`${settings.address}\``,
      );
    }
    if (settings.port !== null && !event.address.endsWith(`:${settings.port}`)) {
      throw new LonghandError(
        'LH_OPTION_INVALID',
        `Expected \`port\` to be that of ${event.address}, where the running server is, got \`${settings.port}\``,
      );
    }
    const connection = await Promise.race([connectTo(event.address), whenAborted(interrupted)]);
    return {
      client: new Client({ connection, namespace: event.namespace }),
      server: event,
      failed,
      ready,
      isLost: () =>
        Promise.race([
          failed.catch((error: unknown) => (error as LonghandError).details === LOST),
          setTimeout(LOSS_NOTICED, false),
        ]),
      // The connection is left to the end of the process: closing it under a call that waits throws beside the call.
      release: lease.release,
    };
  } catch (error) {
    await lease.release();
    throw error;
  }
}

/** Shows what the supervisor tells, and sorts out what commands wait for. */
function follow(
  lease: Lease,
  display: Display,
): Pick<Backend, 'failed' | 'ready'> & { server: Promise<ServerEvent> } {
  const emitter = new EventEmitter<{ server: [ServerEvent]; ready: [] }>();
  const server = once(emitter, 'server').then(([event]) => event as ServerEvent);
  const ready = once(emitter, 'ready').then(() => undefined);
  const listen = async (): Promise<never> => {
    for await (const event of lease.events) {
      if (event.type === 'fetch') display.fetched(event.name, event.done, event.total);
      else if (event.type === 'notice') display.note(event.text);
      else if (event.type === 'server') emitter.emit('server', event);
      else if (event.type === 'ready') emitter.emit('ready');
      else if (event.type === 'failed') throw new LonghandError(event.code, event.message);
    }
    throw new LonghandError('LH_SUPERVISOR_FAILED', 'Expected the supervisor to keep running, but it ended', {
      details: LOST,
    });
  };
  const failed = listen();
  failed.catch(() => undefined);
  return { server, ready, failed };
}

/** A connection to a Temporal server, when it answers. Throws LH_SERVER_UNREACHABLE. */
export async function connectTo(address: string): Promise<Connection> {
  const deadline = performance.now() + ANSWER_DEADLINE;
  for (;;) {
    try {
      return await Connection.connect({ address, connectTimeout: '2s' });
    } catch (cause) {
      if (performance.now() > deadline) {
        const message = `Expected a Temporal server at ${address}, but what is there does not answer as one`;
        throw new LonghandError('LH_SERVER_UNREACHABLE', message, { cause });
      }
      await setTimeout(50);
    }
  }
}
