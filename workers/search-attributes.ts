import type { ConnectionLike } from '@temporalio/client';
import proto from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes.ts';

const { INDEXED_VALUE_TYPE_KEYWORD: KEYWORD } = proto.temporal.api.enums.v1.IndexedValueType;

/** Milliseconds that a server has to answer: a worker that starts waits for it. */
const DEADLINE = 5000;

/**
 * Registers in `namespace` the search attributes that transcriptions are found by, those that are not there yet.
 * Resolves with whether all are there: a server may refuse them, or have no operator service, and keeps working.
 */
export async function registerSearchAttributes(
  connection: Pick<ConnectionLike, 'operatorService' | 'withDeadline'>,
  namespace: string,
): Promise<boolean> {
  const { operatorService } = connection;
  const missing = async (): Promise<string[]> => {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    return Object.values(SEARCH_ATTRIBUTES)
      .map(({ name }) => name)
      .filter((name) => customAttributes[name] !== KEYWORD);
  };
  const register = async (): Promise<boolean> => {
    const names = await missing();
    if (names.length === 0) return true;
    const searchAttributes = Object.fromEntries(names.map((name) => [name, KEYWORD]));
    // Another worker that starts at the same moment may be faster.
    await operatorService.addSearchAttributes({ namespace, searchAttributes }).catch(() => undefined);
    return (await missing()).length === 0;
  };
  return connection.withDeadline(Date.now() + DEADLINE, register).catch(() => false);
}
