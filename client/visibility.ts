import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes.ts';
import { grpcStatusOf, GRPC } from './failure.ts';
import { TRANSCRIPTION } from './summary.ts';

/** A search for transcriptions, newest first among those that run, then among those that have ended. */
export interface Search {
  /** What every server can look for, in its list filter's language. */
  readonly where: readonly string[];
  /** What only the search attributes can tell. Rows that do not fit may come too: the caller looks at each. */
  readonly attributes: Readonly<Partial<Record<keyof typeof SEARCH_ATTRIBUTES, string>>>;
  /** Looked for in addition among transcriptions without search attributes, which may be many. */
  readonly otherwise?: string;
}

/** The server's transcriptions that may fit; on a server without the search attributes, all that fit `where`. */
export async function* searchTranscriptions(
  client: Client,
  { where, attributes, otherwise }: Search,
): AsyncGenerator<WorkflowExecutionInfo> {
  const common = [`WorkflowType = ${quoted(TRANSCRIPTION)}`, ...where];
  const wanted = Object.entries(attributes)
    // Not every server's filter can hold these, however they are escaped: such rows are left to the caller.
    .filter(([, value]) => !/['"\\]/.test(value))
    .map(
      ([name, value]) =>
        `${SEARCH_ATTRIBUTES[name as keyof typeof SEARCH_ATTRIBUTES].name} = ${quoted(value)}`,
    );
  const unattributed = otherwise === undefined ? [] : [otherwise];
  if (wanted.length === 0) {
    yield* client.workflow.list({ query: common.join(' AND ') });
    return;
  }
  // A transcription that was started before the server knew the attributes has none.
  const without = [`${SEARCH_ATTRIBUTES.model.name} IS NULL`, ...unattributed].join(' AND ');
  const query = [...common, `((${wanted.join(' AND ')}) OR (${without}))`].join(' AND ');
  try {
    yield* client.workflow.list({ query });
  } catch (error) {
    if (grpcStatusOf(error) !== GRPC.invalidArgument) throw error;
    yield* client.workflow.list({ query: [...common, ...unattributed].join(' AND ') });
  }
}

/** A string of the list filter's language; `text` has neither quotes nor backslashes. */
export const quoted = (text: string): string => `'${text}'`;
