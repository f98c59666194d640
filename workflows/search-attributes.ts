import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

/**
 * What transcriptions can be found by, all keywords. Registered when a worker or the embedded supervisor starts; a
 * server that refuses them leaves the same values to the memo, under the same names.
 */
export const SEARCH_ATTRIBUTES = {
  /** Where it stands: one of `PHASES`. */
  phase: keyword('LonghandPhase'),
  /** The language named by the caller, then the one heard. */
  language: keyword('LonghandLanguage'),
  model: keyword('LonghandModel'),
  tenant: keyword('LonghandTenant'),
  /** Identity of the request, hex: the same wish on another day is found by it. */
  request: keyword('LonghandRequest'),
} as const;
