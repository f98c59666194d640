import type { Graph } from '../onnx/graph.ts';
import type { Search } from './decoder-state.ts';
import type { SpecialTokens } from './special-tokens.ts';
import { chooseToken } from './timestamp-rules.ts';

/** One token for each row; rows that have ended get further end-of-text tokens at no cost to their probability. */
export function searchTurn(
  g: Graph,
  logits: string,
  mask: string,
  earliestEnd: string,
  turn: string,
  firstTurn: number,
  now: Readonly<Record<string, string>>,
  tokens: SpecialTokens,
  vocabulary: number,
): Search {
  const state = {
    isTimestamp: now.isTimestamp!,
    wasTimestamp: now.wasTimestamp!,
    lastTimestamp: now.lastTimestamp!,
    hasText: now.hasText!,
    earliestEnd,
  };
  const isFirst = g.op('Equal', [turn, g.int(firstTurn)]);
  const chosen = chooseToken(g, logits, mask, isFirst, state, tokens, vocabulary);
  const ended = now.isFinished!;
  const ids = g.op('Where', [ended, g.int(tokens.endOfText), chosen.token]);
  const gain = g.op('Where', [ended, g.float(0), chosen.logProbability]);
  return {
    ids,
    isFinished: g.op('Equal', [ids, g.int(tokens.endOfText)]),
    logProbability: g.op('Add', [now.logProbability!, gain]),
    isTimestamp: chosen.isTimestamp,
    lastTimestamp: chosen.lastTimestamp,
    hasText: chosen.hasText,
  };
}
