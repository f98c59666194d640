import { DefaultLogger, Runtime } from '@temporalio/worker';
import { openBroker, type BrokerOptions } from '../../../activities/amqp/broker.ts';
import { Longhand } from '../../longhand.ts';
import { withBackend } from '../backend.ts';
import { openDisplay } from '../display/display.ts';
import { interruptible } from '../exit.ts';
import { writeJson } from '../output.ts';
import type { Settings } from '../settings.ts';
import { lineOf, type ConsumeEvent } from './events.ts';
import { serve, type ConsumeOptions, type Surroundings } from './serve.ts';

/** What differs between a server that was named and the embedded one. */
type Server = Pick<Surroundings, 'longhand' | 'address' | 'need'>;

/** `longhand consume`: transcribes what the messages of a queue ask for, until SIGTERM or Ctrl-C. Throws what stopped it. */
export async function consume(
  options: ConsumeOptions,
  broker: BrokerOptions,
  settings: Settings,
  json: boolean,
): Promise<void> {
  // Standard output is for what `--json` writes: the SDK's own log would go there.
  const telemetryOptions = { logging: { forward: {} } };
  Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('WARN'), telemetryOptions });
  const display = openDisplay();
  const tell = (event: ConsumeEvent): void => (json ? void writeJson(event) : display.note(lineOf(event)));
  await interruptible(async (interrupted) => {
    const connection = await openBroker(broker, (text) => tell({ type: 'notice', text }));
    const { address, namespace } = settings;
    const serveAt = (server: Server, signal: AbortSignal) =>
      serve(options, { ...server, namespace, connection, tell }, signal);
    const served =
      address === null
        ? withBackend({ settings, display, interrupted, workers: 'own' }, (backend, over) =>
            serveAt(
              { longhand: backend.longhand, address: backend.server.address, need: backend.serve },
              AbortSignal.any([interrupted, over]),
            ),
          )
        : atServer(address, settings, (server) => serveAt(server, interrupted));
    await served
      .catch((error: unknown) => {
        if (!interrupted.aborted) throw error;
      })
      .finally(() => connection.close());
  }).finally(() => display.close());
}

/** Works with whoever serves a server that was named, which need not be there yet. */
async function atServer(
  address: string,
  { namespace, store, isStoreGiven }: Settings,
  act: (server: Server) => Promise<void>,
): Promise<void> {
  await using longhand = new Longhand({ address, namespace, ...(isStoreGiven ? { store } : {}) });
  await act({ longhand, address, need: () => undefined });
}
