import { choose } from '../onnx/control-flow.ts';
import type { Graph } from '../onnx/graph.ts';

/** How the rows of a run choose their next token. */
export interface Sampling {
  /** Whether any row has a temperature above 0; a scalar. */
  readonly isNeeded: string;
  /** `[batch, 1]`; 0 takes the likeliest token. */
  readonly temperatures: string;
  /** Numbers of [0, 1), one for each token, `[batch, n]`. */
  readonly draws: string;
  /** Which of them is taken; a scalar. */
  readonly step: string;
}

interface Chosen {
  /** `[batch, 1]` each. */
  readonly token: string;
  readonly logProbability: string;
}

/**
 * Draws the token of each row with a temperature above 0, by inverting the distribution function of its allowed logits
 * divided by the temperature: the first token at which the sum of the probabilities exceeds the row's draw. What a
 * row draws depends on its own logits and draw alone; the others keep their greedy token to the bit.
 * @param allAllowed the logarithm of the sum over `allowed`'s exponentials, `[batch, 1]`.
 * @param allowed makes the logits `[batch, vocabulary]`, those not allowed far below the others.
 */
export function sampledToken(
  g: Graph,
  { isNeeded, temperatures, draws, step }: Sampling,
  greedy: Chosen,
  allAllowed: string,
  allowed: (branch: Graph) => string,
): Chosen {
  const types = { token: 'int64', logProbability: 'float' } as const;
  const sampled = (b: Graph): Record<keyof typeof types, string> => {
    const isSampled = b.op('Greater', [temperatures, b.float(0)]);
    const logits = allowed(b);
    const scaled = b.op('Div', [logits, b.op('Where', [isSampled, temperatures, b.float(1)])]);
    const sums = b.op('CumSum', [b.op('Softmax', [scaled], { axis: { int: 1 } }), b.int(1)]);
    // Rounding keeps the last sum from being 1.
    const total = b.op('Gather', [sums, b.ints(-1)], { axis: { int: 1 } });
    const draw = b.op('Gather', [draws, b.op('Reshape', [step, b.ints(1)])], { axis: { int: 1 } });
    // As many sums as do not exceed the draw stand before the first that does.
    const isBefore = b.op('LessOrEqual', [sums, b.op('Mul', [draw, total])]);
    const count = b.op('ReduceSum', [b.op('Cast', [isBefore], { to: { int: 1 } }), b.ints(1)]);
    const first = b.op('Cast', [count], { to: { int: 7 } });
    const logit = b.op('GatherElements', [logits, first], { axis: { int: 1 } });
    const logProbability = b.op('Sub', [logit, allAllowed]);
    return {
      token: b.op('Where', [isSampled, first, greedy.token]),
      logProbability: b.op('Where', [isSampled, logProbability, greedy.logProbability]),
    };
  };
  return choose(g, isNeeded, types, sampled, () => ({ ...greedy }));
}
