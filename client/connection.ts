import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { payloadCodecs } from '../activities/payloads/converter.ts';
import { DEFAULT_ADDRESS, DEFAULT_NAMESPACE } from '../workflows/defaults.ts';
import { LonghandError } from '../workflows/errors.ts';
import { tracing } from './tracing.ts';

/** Milliseconds within which the server must answer a call, and a worker a query. */
export const DEADLINE = 10_000;
const QUERY_DEADLINE = 5000;

/** The calls that wait for something to happen. */
const LONG_POLL = /\/(GetWorkflowExecutionHistory|PollWorkflowExecutionUpdate)$/;
const QUERY = /\/QueryWorkflow$/;

/** Where the Temporal server is, and how to reach it. */
export interface ServerOptions {
  /** `host:port` of the Temporal server. @default 'localhost:7233' */
  readonly address?: string;
  /** Temporal namespace, which must be there. @default 'default' */
  readonly namespace?: string;
}

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

/** A call without a deadline would hang for as long as the server does. */
const deadlines: Interceptor = (options, nextCall) => {
  const { path } = options.method_definition;
  if (options.deadline !== undefined || LONG_POLL.test(path))
    return nextCall(options) as ReturnType<Interceptor>;
  const deadline = Date.now() + (QUERY.test(path) ? QUERY_DEADLINE : DEADLINE);
  return nextCall({ ...options, deadline }) as ReturnType<Interceptor>;
};

/**
 * A client of a server that need not answer yet: the first call connects. What it sends is encrypted where the environment
 * has keys (`readPayloadKeys`). Throws LH_OPTION_INVALID where the options lead to none, or a key is none.
 *
 * @internal
 */
export function connect(options: ServerOptions): Client {
  const { address = DEFAULT_ADDRESS, namespace = DEFAULT_NAMESPACE } = options;
  for (const [name, value] of Object.entries({ address, namespace })) {
    if (typeof value === 'string' && value.trim() !== '' && !value.includes('://')) continue;
    const expected = name === 'address' ? 'host:port' : 'a name';
    throw new LonghandError('LH_OPTION_INVALID', `Expected \`${name}\` to be ${expected}, got \`${value}\``);
  }
  const dataConverter = { payloadCodecs: payloadCodecs() };
  try {
    const connection = Connection.lazy({
      address,
      // Without the SDK's retries, which outlive the call that is given up and throw once the connection is closed.
      interceptors: [deadlines],
    });
    return new Client({ connection, namespace, dataConverter, interceptors: { workflow: [tracing] } });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LonghandError('LH_OPTION_INVALID', `Expected options that lead to a server: ${reason}`, {
      cause: error,
    });
  }
}
