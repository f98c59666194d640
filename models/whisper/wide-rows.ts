import type { Graph } from '../onnx/graph.ts';
import { slice } from './parts.ts';
import type { Recipe } from './precision.ts';

/** What the search asks of rows `x [batch, n]` as wide as the vocabulary, `[batch, 1]` each. */
export interface WideRows {
  readonly max: (g: Graph, x: string, n: number) => string;
  /** The place of the largest, the first of several. */
  readonly argMax: (g: Graph, x: string, n: number) => string;
  /** The logarithm of the sum of the exponentials; `largest` are the rows' largest. */
  readonly logSumExp: (g: Graph, x: string, n: number, largest: string) => string;
  /** The share that the one at `place` has of the sum of the exponentials. */
  readonly share: (g: Graph, x: string, n: number, place: number) => string;
}

/** The way that is fast where a recipe's graphs are meant to run, and gives a row the same in any place of a batch there. */
export const wideRows = (recipe: Recipe): WideRows => (recipe.real === 'float16' ? ON_CARDS : ON_CPUS);

const over = (g: Graph, type: string, x: string, axis: number, keepdims: 0 | 1): string =>
  g.op(type, [x, g.ints(axis)], { keepdims: { int: keepdims } });

const argMaxOver = (g: Graph, x: string, axis: number, keepdims: 0 | 1): string =>
  g.op('ArgMax', [x], { axis: { int: axis }, keepdims: { int: keepdims } });

/**
 * The sum comes from the share that the largest has of the whole: ten times as fast as `ReduceLogSumExp`. `Log` would
 * round a row by its place in the batch, a reduction does not.
 */
const ON_CPUS: WideRows = {
  max: (g, x) => over(g, 'ReduceMax', x, 1, 1),
  argMax: (g, x) => argMaxOver(g, x, 1, 1),
  logSumExp: (g, x, _n, largest) => {
    const shares = g.op('Softmax', [x], { axis: { int: 1 } });
    return g.op('Sub', [largest, over(g, 'ReduceLogSum', over(g, 'ReduceMax', shares, 1, 1), 1, 1)]);
  },
  share: (g, x, _n, place) => slice(g, g.op('Softmax', [x], { axis: { int: -1 } }), 1, place, place + 1),
};

/**
 * cuDNN reduces a row by a few threads, however wide it is, so rows are cut into parts which are reduced first. And CUDA's
 * `Softmax` of a wide row adds in an order that depends on where in memory the row begins: the exponentials are summed.
 */
const ON_CARDS: WideRows = {
  max: (g, x, n) => {
    const parts = partsOf(n);
    return over(g, 'ReduceMax', parts === 1 ? x : over(g, 'ReduceMax', cut(g, x, n, parts), 2, 0), 1, 1);
  },
  argMax: (g, x, n) => {
    const parts = partsOf(n);
    if (parts === 1) return argMaxOver(g, x, 1, 1);
    const all = cut(g, x, n, parts);
    const part = argMaxOver(g, over(g, 'ReduceMax', all, 2, 0), 1, 1);
    const within = g.op('GatherElements', [argMaxOver(g, all, 2, 0), part], { axis: { int: 1 } });
    return g.op('Add', [g.op('Mul', [part, g.int(n / parts)]), within]);
  },
  logSumExp: (g, x, n, largest) => {
    const terms = g.op('Exp', [g.op('Sub', [x, largest])]);
    const parts = partsOf(n);
    const sums = parts === 1 ? terms : over(g, 'ReduceSum', cut(g, terms, n, parts), 2, 0);
    return g.op('Add', [largest, over(g, 'ReduceLogSum', sums, 1, 1)]);
  },
  share: (g, x, n, place) => {
    const all = ON_CARDS.logSumExp(g, x, n, ON_CARDS.max(g, x, n));
    return g.op('Exp', [g.op('Sub', [slice(g, x, 1, place, place + 1), all])]);
  },
};

const cut = (g: Graph, x: string, n: number, parts: number): string =>
  g.op('Reshape', [x, g.ints(-1, parts, n / parts)]);

/** The parts that rows of `n` are cut into: its largest divisor not above its root, 29 for the 50,257 tokens of text. */
function partsOf(n: number): number {
  for (let parts = Math.floor(Math.sqrt(n)); parts > 1; parts--) if (n % parts === 0) return parts;
  return 1;
}
