import { upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { Phase } from './contract.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';

/** What lists of transcriptions show of one that goes on. */
interface Listed {
  readonly phase: Phase;
  /** Left as it is where null. */
  readonly language: string | null;
}

/**
 * Brings the search attributes up to date, or the memo where the server of the start refused them: that stands in
 * the history, so that a replay decides alike. What is listed already makes no event.
 */
export function list({ phase, language }: Listed): void {
  const { typedSearchAttributes, memo = {} } = workflowInfo();
  const values: Partial<Record<keyof typeof SEARCH_ATTRIBUTES, string>> = {
    phase,
    ...(language === null ? {} : { language }),
  };
  if (typedSearchAttributes.get(SEARCH_ATTRIBUTES.model) === undefined) {
    const changed = Object.entries(values).filter(([name, value]) => memo[name] !== value);
    if (changed.length > 0) upsertMemo(Object.fromEntries(changed));
    return;
  }
  const changed = Object.entries(values)
    .map(([name, value]) => ({ key: SEARCH_ATTRIBUTES[name as keyof typeof SEARCH_ATTRIBUTES], value }))
    .filter(({ key, value }) => typedSearchAttributes.get(key) !== value);
  if (changed.length > 0) upsertSearchAttributes(changed);
}
