import { payloadKeyIds } from '../../activities/payloads/keys.ts';
import { FOR_EVER } from '../../activities/retention/sweep.ts';
import type { SupervisorEvent } from '../../workers/supervisor/protocol.ts';
import { connect } from '../connection.ts';
import { toLonghandError } from '../failure.ts';
import { Longhand } from '../longhand.ts';
import { mediaPollers } from '../pollers.ts';
import { answering } from './answering.ts';
import type { Display } from './display/display.ts';
import { whenAborted } from './exit.ts';
import type { Settings } from './settings.ts';
import { joinSupervisorOf, leasedBackend } from './supervised.ts';

/** Times a command takes up its work again after its supervisor was killed. */
const LIVES = 5;

export type ServerEvent = SupervisorEvent & { type: 'server' };

/**
 * Which workers a command needs at a server that was named: `own` of this home, `any` (those that are there, else its
 * own), or `none`. The embedded server always comes with its own.
 */
export type WorkersWanted = 'own' | 'any' | 'none';

export interface Surroundings {
  readonly settings: Settings;
  readonly display: Display;
  readonly interrupted: AbortSignal;
  readonly workers: WorkersWanted;
}

/** Everything a command needs to work with transcriptions. */
export interface Backend {
  readonly longhand: Longhand;
  readonly server: ServerEvent;
  /** Whether the workers can write to folders of this machine. */
  readonly workersSeeFolders: boolean;
  /** Rejects with the coded error when the supervisor or something it needs fails. */
  readonly failed: Promise<never>;
  /** Resolves when the workers take work. */
  readonly ready: Promise<void>;
  /** Has the embedded workers run models as well: those of a transcription that another command has started. */
  readonly serve: (models: readonly string[]) => void;
  /** Whether the supervisor has ended without having said why. */
  readonly isLost: () => Promise<boolean>;
  readonly release: () => Promise<void>;
}

/**
 * Runs `act` on a backend, and again on a new one when the supervisor under it was killed: what was started is
 * found again. `over` fires when a backend is given back: what still runs of `act` then must do nothing more.
 */
export async function withBackend<T>(
  surroundings: Surroundings,
  act: (backend: Backend, over: AbortSignal) => Promise<T>,
): Promise<T> {
  const { display, interrupted } = surroundings;
  for (let life = 1; ; life++) {
    const backend = await openBackend(surroundings);
    const over = new AbortController();
    try {
      return await Promise.race([act(backend, over.signal), backend.failed]);
    } catch (error) {
      if (interrupted.aborted || life === LIVES || !(await backend.isLost())) throw error;
      display.note('The supervisor was lost; starting another');
    } finally {
      over.abort();
      await backend.release();
    }
  }
}

async function openBackend(surroundings: Surroundings): Promise<Backend> {
  const { settings, display, interrupted, workers } = surroundings;
  const { address, namespace } = settings;
  if (address === null || workers === 'own') return leasedBackend(surroundings);
  await Promise.race([answering(address), whenAborted(interrupted)]);
  if (workers === 'any') {
    const joined = await joinSupervisorOf(settings, address, display);
    if (joined !== null) return leasedBackend(surroundings, joined);
    if (!(await isServed(address, namespace))) return leasedBackend(surroundings);
  }
  return clientOf(settings, address);
}

/** Works with whoever serves the server, now or later. */
function clientOf({ namespace, store, isStoreGiven }: Settings, address: string): Backend {
  const longhand = new Longhand({ address, namespace, ...(isStoreGiven ? { store } : {}) });
  return {
    longhand,
    server: {
      type: 'server',
      address,
      namespace,
      ui: null,
      store,
      devices: [],
      memory: null,
      keep: FOR_EVER,
      payloadKeys: payloadKeyIds(),
    },
    workersSeeFolders: false,
    failed: new Promise<never>(() => undefined),
    ready: Promise.resolve(),
    serve: () => undefined,
    isLost: () => Promise.resolve(false),
    release: () => longhand.close(),
  };
}

/** Whether a worker polls for workflows there. */
async function isServed(address: string, namespace: string): Promise<boolean> {
  const client = connect({ address, namespace });
  try {
    return (await mediaPollers(client)).length > 0;
  } catch (error) {
    throw toLonghandError(error);
  } finally {
    await client.connection.close();
  }
}
