import { EventEmitter, once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { payloadKeyIds } from '../../activities/payloads/keys.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { isShared } from '../given-store.ts';
import { Longhand } from '../longhand.ts';
import { answering } from './answering.ts';
import type { Backend, ServerEvent, Surroundings } from './backend.ts';
import type { Display } from './display/display.ts';
import { whenAborted } from './exit.ts';
import { joinLease, takeLease, type Lease } from './lease.ts';
import type { Settings } from './settings.ts';

/** Milliseconds a lost supervisor may need to be noticed. */
const LOSS_NOTICED = 1000;
/** Milliseconds within which a running supervisor says where its server is, unless it still has to fetch it. */
const KNOWN_WITHIN = 1000;

/** Marks the end of a supervisor that said nothing before. */
const LOST = { lost: true } as const;

/** Works with this home's supervisor, started where none runs; fetches show on the display meanwhile. */
export async function leasedBackend(
  { settings, display, interrupted }: Surroundings,
  joined?: Joined,
): Promise<Backend> {
  const { lease, server, ready, failed, needed } = joined ?? follow(await take(settings), settings, display);
  const serve = (models: readonly string[]): void => {
    for (const model of models) {
      needed.add(model);
      lease.serve(model);
    }
  };
  serve(settings.needed);
  try {
    const event = await Promise.race([server, failed, whenAborted(interrupted)]);
    refuseOther(settings, event);
    const { address, namespace, store } = event;
    await Promise.race([answering(address), whenAborted(interrupted)]);
    const longhand = new Longhand({ address, namespace, store });
    return {
      longhand,
      server: event,
      workersSeeFolders: !isShared(store),
      failed,
      ready,
      serve,
      isLost: () =>
        Promise.race([
          failed.catch((error: unknown) => (error as LonghandError).details === LOST),
          setTimeout(LOSS_NOTICED, false),
        ]),
      release: async () => {
        // A server that was killed with its supervisor would be waited for.
        void longhand.close().catch(() => undefined);
        await lease.release();
      },
    };
  } catch (error) {
    await lease.release();
    throw error;
  }
}

const take = (settings: Settings): Promise<Lease> => {
  const { home, model, store, namespace, address, port, devices, memory, keep } = settings;
  return takeLease({
    ...{ home, model, store, namespace, address, port, keep },
    devices: devices ?? ['cpu'],
    memory: memory ?? undefined,
  });
};

/** Throws LH_OPTION_INVALID where the running supervisor was started otherwise than is asked for now. */
function refuseOther(
  settings: Settings,
  { address, namespace, store, devices, memory, keep, payloadKeys }: ServerEvent,
): void {
  const wanted: [option: string, wanted: string | null, running: string][] = [
    ['address', settings.address, address],
    ['port', settings.port === null ? null : String(settings.port), address.replace(/^.*:/, '')],
    ['namespace', settings.namespace, namespace],
    ['store', settings.isStoreGiven ? settings.store : null, store],
    ['devices', settings.devices?.join(',') ?? null, devices.join(',')],
    ['memory', bytes(settings.memory), bytes(memory) ?? 'what is free'],
    ['keep-recordings', hours(settings.keep.recordings), hours(keep.recordings) ?? 'for ever'],
    ['keep-results', hours(settings.keep.results), hours(keep.results) ?? 'for ever'],
    ['LONGHAND_PAYLOAD_KEYS', payloadKeyIds() ?? 'none', payloadKeys ?? 'none'],
  ];
  for (const [option, value, running] of wanted) {
    if (value === null || value === running) continue;
    throw new LonghandError(
      'LH_OPTION_INVALID',
      `Expected \`${option}\` to be ${running}, which the running supervisor uses, got \`${value}\``,
    );
  }
}

const hours = (time: number | null): string | null => (time === null ? null : `${time / 3600_000}h`);
const bytes = (memory: number | null): string | null => (memory === null ? null : `${memory} bytes`);

/** A lease, and what commands wait for from it. */
interface Joined extends Pick<Backend, 'failed' | 'ready'> {
  readonly lease: Lease;
  readonly server: Promise<ServerEvent>;
  /** The models that the command depends on. */
  readonly needed: Set<string>;
}

/** The supervisor of this home, where one runs that works at `address`. */
export async function joinSupervisorOf(
  settings: Settings,
  address: string,
  display: Display,
): Promise<Joined | null> {
  const lease = await joinLease(settings.home);
  if (lease === null) return null;
  const joined = follow(lease, settings, display);
  const known = Promise.race([joined.server, joined.failed, setTimeout(KNOWN_WITHIN, null)]);
  const server = await known.catch(() => null);
  if (server?.address === address) return joined;
  await lease.release();
  return null;
}

/** Shows what the supervisor tells, and sorts out what commands wait for. A model of another command is none of ours. */
function follow(lease: Lease, settings: Settings, display: Display): Joined {
  const needed = new Set(settings.needed);
  const emitter = new EventEmitter<{ server: [ServerEvent]; ready: [] }>();
  const server = once(emitter, 'server').then(([event]) => event as ServerEvent);
  const ready = once(emitter, 'ready').then(() => undefined);
  const listen = async (): Promise<never> => {
    for await (const event of lease.events) {
      if (event.type === 'fetch') display.fetched(event.name, event.done, event.total);
      else if (event.type === 'notice') display.note(event.text);
      else if (event.type === 'server') emitter.emit('server', event);
      else if (event.type === 'ready') emitter.emit('ready');
      else if (event.type === 'failed') {
        const isOthers = 'model' in event && !needed.has(event.model);
        if (!isOthers) throw new LonghandError(event.code, event.message);
      }
    }
    throw new LonghandError('LH_SUPERVISOR_FAILED', 'Expected the supervisor to keep running, but it ended', {
      details: LOST,
    });
  };
  const failed = listen();
  failed.catch(() => undefined);
  return { lease, server, ready, failed, needed };
}
