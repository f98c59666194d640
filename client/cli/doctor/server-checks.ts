import { Connection } from '@temporalio/client';
import type { FetchOptions } from '../../../models/cache/fetch.ts';
import { registerSearchAttributes } from '../../../workers/search-attributes.ts';
import { awaitServer } from '../../../workers/supervisor/server.ts';
import { locateTemporalCli } from '../../../workers/supervisor/temporal-cli.ts';
import { LonghandError, type ErrorCode } from '../../../workflows/errors.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/search-attributes.ts';
import { GRPC, grpcStatusOf } from '../../failure.ts';
import { answering } from '../answering.ts';
import { shellWord } from '../shell.ts';
import { fetchStep, ok, warning, type Check } from './check.ts';

/** Milliseconds that the server has to say whether it knows the namespace. */
const DEADLINE = 5000;

/** The embedded server is started by each command that needs it: what is looked at is its program. */
export const embeddedServer = (fetching: FetchOptions): Check => ({
  subject: 'server',
  look: async () => ok(`embedded, not started now; its program runs: ${await locateTemporalCli(fetching)}`),
  next: (code) =>
    fetchStep(code, 'install the Temporal CLI, and name it: TEMPORAL_CLI=/path/to/temporal longhand doctor'),
});

export const server = (address: string, namespace: string): Check => ({
  subject: 'server',
  look: async () => {
    await awaitServer(address);
    await answering(address);
    return withNamespace(address, namespace, () => Promise.resolve(ok(`${address}, namespace ${namespace}`)));
  },
  next: (code) => serverStep(code, address, namespace),
});

/** Every worker registers them at its start; so does this check, where the server lets it. */
export const searchAttributes = (address: string, namespace: string): Check => ({
  subject: 'attributes',
  look: () =>
    withNamespace(address, namespace, async (connection) =>
      (await registerSearchAttributes(connection, namespace))
        ? ok(`registered in ${namespace}`)
        : warning(
            `${namespace} lacks some; transcriptions are listed by their memo`,
            creation(address, namespace),
          ),
    ),
  next: (code) => serverStep(code, address, namespace),
});

/** Throws LH_SERVER_UNREACHABLE, or LH_OPTION_INVALID where the server lacks the namespace. */
async function withNamespace<T>(
  address: string,
  namespace: string,
  act: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: '2s' }).catch((cause: unknown) => {
    const message = `Expected a Temporal server at ${address} to ask for its namespace ${namespace}`;
    throw new LonghandError('LH_SERVER_UNREACHABLE', message, { cause });
  });
  try {
    await connection
      .withDeadline(Date.now() + DEADLINE, () => connection.workflowService.describeNamespace({ namespace }))
      .catch((cause: unknown) => {
        if (grpcStatusOf(cause) !== GRPC.notFound) throw cause;
        const message = `Expected \`namespace\` to be one that the Temporal server at ${address} has, got \`${namespace}\``;
        throw new LonghandError('LH_OPTION_INVALID', message, { cause });
      });
    return await act(connection);
  } finally {
    await connection.close();
  }
}

const serverStep = (code: ErrorCode, address: string, namespace: string): string =>
  code === 'LH_OPTION_INVALID'
    ? `temporal operator namespace create ${flags(address, namespace)}`
    : 'start a Temporal server there, or use the embedded one: LONGHAND_ADDRESS= longhand doctor';

/** What somebody types who may. */
function creation(address: string, namespace: string): string {
  const names = Object.values(SEARCH_ATTRIBUTES).map(({ name }) => `--name ${name} --type Keyword`);
  return `temporal operator search-attribute create ${flags(address, namespace)} ${names.join(' ')}`;
}

const flags = (address: string, namespace: string): string =>
  `--address ${shellWord(address)} --namespace ${shellWord(namespace)}`;
