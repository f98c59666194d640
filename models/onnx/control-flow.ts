import type { Graph } from './graph.ts';
import type { Element } from './tensor.ts';

/** What a loop carries from one turn to the next. */
export interface Carried {
  readonly type: Element;
  readonly dims: readonly (number | string)[];
  /** The value the first turn gets. */
  readonly initial: string;
}

/**
 * Adds a `Loop` of at most `turns` turns, which ends earlier once `isGoingOn` (a boolean scalar) is false.
 * `build` gets the number of the turn and the carried values, and returns those of the next turn, and for each name
 * in `kept` what is kept of this one.
 * @returns the carried values after the last turn, and what was kept, stacked along a new first axis of turns.
 */
export function loop<Name extends string, Kept extends string = never>(
  g: Graph,
  turns: string,
  carried: Readonly<Record<Name, Carried>>,
  kept: Readonly<Record<Kept, Element>>,
  build: (
    body: Graph,
    turn: string,
    values: Record<Name, string>,
  ) => { isGoingOn: string; next: Record<Name, string>; keep: Record<Kept, string> },
): Record<Name | Kept, string> {
  const names = Object.keys(carried) as Name[];
  const keptNames = Object.keys(kept) as Kept[];
  const body = g.subgraph('body');
  const turn = body.input(body.unique('turn'), 'int64', []);
  body.input(body.unique('condition'), 'bool', []);
  const values = named(
    names,
    names.map((name) => body.input(body.unique(name), carried[name].type, carried[name].dims)),
  );
  const { isGoingOn, next, keep } = build(body, turn, values);
  body.output(own(body, isGoingOn), 'bool');
  for (const name of names) body.output(own(body, next[name]), carried[name].type);
  for (const name of keptNames) body.output(own(body, keep[name]), kept[name]);
  const first = g.small('bool', [], Uint8Array.of(1));
  const inputs = [turns, first, ...names.map((name) => carried[name].initial)];
  const all = [...names, ...keptNames];
  return named(all, g.many('Loop', all.length, inputs, { body: { graph: body } }));
}

/** Adds an `If` whose branches make the same values, of the given types. */
export function choose<Name extends string>(
  g: Graph,
  condition: string,
  types: Readonly<Record<Name, Element>>,
  then: (branch: Graph) => Record<Name, string>,
  otherwise: (branch: Graph) => Record<Name, string>,
): Record<Name, string> {
  const names = Object.keys(types) as Name[];
  const branch = (stem: string, build: (branch: Graph) => Record<Name, string>) => {
    const graph = g.subgraph(stem);
    const values = build(graph);
    for (const name of names) graph.output(own(graph, values[name]), types[name]);
    return { graph };
  };
  return named(
    names,
    g.many('If', names.length, [condition], {
      then_branch: branch('then', then),
      else_branch: branch('else', otherwise),
    }),
  );
}

/** A sub-graph may only give out what its own nodes make. */
const own = (g: Graph, value: string): string =>
  g.nodes.some(({ outputs }) => outputs.includes(value)) ? value : g.op('Identity', [value]);

function named<Name extends string>(names: readonly Name[], values: readonly string[]): Record<Name, string> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]])) as Record<Name, string>;
}
