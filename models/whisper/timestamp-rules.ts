import type { Graph } from '../onnx/graph.ts';
import { slice } from './parts.ts';
import { sampledToken } from './sampling.ts';
import type { Sampling } from './sampling.ts';
import type { SpecialTokens } from './special-tokens.ts';
import type { WideRows } from './wide-rows.ts';

/** Stands for minus infinity, which would make NaN of sums. */
export const MASKED = -1e9;

/** The latest first timestamp, in timestamps: 1 s, as openai/whisper's `max_initial_timestamp`. */
const LATEST_START = 50;

/** What the rules know of each row so far, all `[batch, 1]`. */
interface RowState {
  /** Whether the last token, and the one before it, is a timestamp; both true before the first. */
  readonly isTimestamp: string;
  readonly wasTimestamp: string;
  /** The last timestamp, counted from 0; −1 before the first. */
  readonly lastTimestamp: string;
  /** Whether there is text. */
  readonly hasText: string;
  /** The timestamp before which the text may not end once a segment is closed; 0 where it may. */
  readonly earliestEnd: string;
}

/**
 * Chooses the likeliest token, or draws one, under the timestamp rules of openai/whisper (`ApplyTimestampRules`): a text
 * begins with a timestamp of at most 1 s, timestamps come in pairs, never go back, and win where all together are
 * likelier than any text. `logits [batch, vocabulary]`, `mask [timestampBegin]` (added to the text's logits), `isFirst`
 * (scalar) on a row's first token.
 * @returns the token and its log probability among those allowed (at temperature 1), `[batch, 1]` each.
 */
export function chooseToken(
  g: Graph,
  logits: string,
  mask: string,
  isFirst: string,
  state: RowState,
  sampling: Sampling,
  tokens: SpecialTokens,
  vocabulary: number,
  wide: WideRows,
): { token: string; logProbability: string; isTimestamp: string; lastTimestamp: string; hasText: string } {
  const { timestampBegin, endOfText } = tokens;
  const over = (type: string, x: string) => g.op(type, [x, g.ints(1)], { keepdims: { int: 1 } });
  const where = (condition: string, yes: string, no: string) => g.op('Where', [condition, yes, no]);
  const and = (a: string, b: string) => g.op('And', [a, b]);
  const not = (x: string) => g.op('Not', [x]);

  const count = vocabulary - timestampBegin;
  const index = g.weight('timestamps', {
    type: 'int64',
    dims: [1, count],
    content: () => new Uint8Array(BigInt64Array.from({ length: count }, (_, i) => BigInt(i)).buffer),
  });
  const mustClose = and(state.isTimestamp, not(state.wasTimestamp));
  const lowest = g.op('Add', [state.lastTimestamp, where(mustClose, g.int(0), g.int(1))]);
  const highest = where(isFirst, g.int(LATEST_START), g.int(count));
  const inOrder = and(g.op('GreaterOrEqual', [index, lowest]), g.op('LessOrEqual', [index, highest]));
  const mustSpeak = and(and(state.isTimestamp, state.wasTimestamp), not(isFirst));
  const allowed = and(inOrder, not(mustSpeak));
  const stamps = where(allowed, slice(g, logits, 1, timestampBegin, vocabulary), g.float(MASKED));

  const hasClosed = and(state.isTimestamp, state.hasText);
  const mustGoOn = and(hasClosed, g.op('Less', [state.lastTimestamp, state.earliestEnd]));
  const masked = (from: number, to: number) =>
    g.op('Add', [slice(g, logits, 1, from, to), slice(g, mask, 0, from, to)]);
  const words = masked(0, endOfText);
  const closing = where(mustGoOn, g.float(MASKED), masked(endOfText, timestampBegin));
  const likeliestWord = wide.max(g, words, endOfText);
  const bestWord = where(mustClose, g.float(MASKED), likeliestWord);
  const bestClosing = over('ReduceMax', closing);
  const unlessFirst = (x: string) => where(isFirst, g.float(MASKED), x);
  const join = (...values: string[]) => g.op('Concat', values, { axis: { int: 1 } });
  const bestText = unlessFirst(over('ReduceMax', join(bestWord, bestClosing)));
  const allWords = where(mustClose, g.float(MASKED), wide.logSumExp(g, words, endOfText, likeliestWord));
  const allText = unlessFirst(over('ReduceLogSumExp', join(allWords, over('ReduceLogSumExp', closing))));
  const textToken = where(
    g.op('Greater', [bestClosing, bestWord]),
    g.op('Add', [wide.argMax(g, closing, timestampBegin - endOfText), g.int(endOfText)]),
    wide.argMax(g, words, endOfText),
  );

  const bestStamp = wide.max(g, stamps, count);
  const allStamps = wide.logSumExp(g, stamps, count, bestStamp);
  const stamp = wide.argMax(g, stamps, count);
  const mustBeStamp = g.op('Greater', [allStamps, bestText]);
  const both = over('ReduceLogSumExp', join(allStamps, allText));
  const allAllowed = where(mustBeStamp, allStamps, both);
  const likeliest = where(mustBeStamp, bestStamp, bestText);
  const greedy = {
    token: where(mustBeStamp, g.op('Add', [stamp, g.int(timestampBegin)]), textToken),
    logProbability: g.op('Sub', [likeliest, allAllowed]),
  };
  const { token, logProbability } = sampledToken(g, sampling, greedy, allAllowed, (branch) => {
    const isClosed = (condition: string, x: string) =>
      branch.op('Where', [condition, branch.float(MASKED), x]);
    const open = branch.op('Concat', [isClosed(mustClose, words), closing], { axis: { int: 1 } });
    const mayNotSpeak = branch.op('Or', [mustBeStamp, isFirst]);
    return branch.op('Concat', [isClosed(mayNotSpeak, open), stamps], { axis: { int: 1 } });
  });
  const isTimestamp = g.op('GreaterOrEqual', [token, g.int(timestampBegin)]);
  return {
    token,
    logProbability,
    isTimestamp,
    lastTimestamp: where(isTimestamp, g.op('Sub', [token, g.int(timestampBegin)]), state.lastTimestamp),
    hasText: g.op('Or', [state.hasText, not(isTimestamp)]),
  };
}
