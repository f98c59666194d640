import type { Graph } from '../onnx/graph.ts';
import type { Search } from './decoder-state.ts';
import type { SpecialTokens } from './special-tokens.ts';
import { chooseToken } from './timestamp-rules.ts';
import type { WideRows } from './wide-rows.ts';

/** What the search is given beside the audio; values of the outermost graph. */
export interface SearchInputs {
  /** Added to the logits of text, `[timestampBegin]`. */
  readonly mask: string;
  /** The timestamp before which a row may not end once a segment is closed, `[batch, 1]`. */
  readonly earliestEnds: string;
  /** Tokens a row may have, `[batch, 1]`. */
  readonly maxTokens: string;
  /** Whether any row has a temperature above 0; a scalar. */
  readonly isSampling: string;
  /** `[batch, 1]`. */
  readonly temperatures: string;
  /** Numbers of [0, 1), one for each token, `[batch, n]`. */
  readonly draws: string;
}

/**
 * One token for each row; rows that have ended get further end-of-text tokens at no cost to their probability. `step`
 * counts the tokens chosen before.
 */
export function searchTurn(
  g: Graph,
  logits: string,
  inputs: SearchInputs,
  step: string,
  now: Readonly<Record<string, string>>,
  tokens: SpecialTokens,
  vocabulary: number,
  wide: WideRows,
): Search {
  const { mask, earliestEnds, maxTokens, isSampling, temperatures, draws } = inputs;
  const state = {
    isTimestamp: now.isTimestamp!,
    wasTimestamp: now.wasTimestamp!,
    lastTimestamp: now.lastTimestamp!,
    hasText: now.hasText!,
    earliestEnd: earliestEnds,
  };
  const isFirst = g.op('Equal', [step, g.int(0)]);
  const sampling = { isNeeded: isSampling, temperatures, draws, step };
  const chosen = chooseToken(g, logits, mask, isFirst, state, sampling, tokens, vocabulary, wide);
  const ended = now.isFinished!;
  const ids = g.op('Where', [ended, g.int(tokens.endOfText), chosen.token]);
  const gain = g.op('Where', [ended, g.float(0), chosen.logProbability]);
  const isLast = g.op('GreaterOrEqual', [g.op('Add', [step, g.int(1)]), maxTokens]);
  return {
    ids,
    isFinished: g.op('Or', [isLast, g.op('Equal', [ids, g.int(tokens.endOfText)])]),
    logProbability: g.op('Add', [now.logProbability!, gain]),
    isTimestamp: chosen.isTimestamp,
    lastTimestamp: chosen.lastTimestamp,
    hasText: chosen.hasText,
  };
}
