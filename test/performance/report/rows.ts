import type { Run } from '../measure.ts';

/** A row of the table: the runs of one contender over one label. */
export interface Row {
  readonly label: string;
  readonly contender: string;
  readonly runs: number;
  /** Wall time, the median. */
  readonly seconds: number;
  readonly timesRealTime: number;
  /** The yardstick's median wall time divided by this one's: above 1 is faster. Null where it did not run. */
  readonly ratio: number | null;
  readonly errors: number;
  readonly units: number;
  /** The median; null where it is part of `seconds`. */
  readonly load: number | null;
  /** The most bytes of the engine, and of all processes together; null where it was not measured. */
  readonly engineMemory: number | null;
  readonly allMemory: number | null;
  /** Medians of Longhand's shares (see `Shares`); null for peers. */
  readonly vad: number | null;
  readonly besideEngine: number | null;
}

/** The rows of runs, in the order in which label and contender come first; `yardstick` is a contender's name. */
export function rowsOf(runs: readonly Run[], yardstick: string): Row[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.label, run.contender]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const labels = [...new Set(runs.map(({ label }) => label))];
  return labels.flatMap((label) => {
    const own = [...groups.values()].filter(([first]) => first?.label === label);
    const measure = own.find(([first]) => first?.contender === yardstick);
    return own.map((group) => rowOf(group, measure ? secondsOf(measure) : null));
  });
}

function rowOf(runs: readonly Run[], yardstick: number | null): Row {
  const [first] = runs;
  if (!first) throw new Error('Expected a row to have a run');
  const seconds = secondsOf(runs);
  const most = (of: (run: Run) => number | undefined) => {
    const known = runs.map(of).filter((value) => value !== undefined);
    return known.length === 0 ? null : Math.max(...known);
  };
  const sum = (of: (run: Run) => number) => runs.reduce((total, run) => total + of(run), 0);
  return {
    label: first.label,
    contender: first.contender,
    runs: runs.length,
    seconds,
    timesRealTime: median(runs.map(({ audio, seconds: took }) => audio / took)) ?? 0,
    ratio: yardstick === null ? null : yardstick / seconds,
    errors: sum(({ errors }) => errors),
    units: sum(({ units }) => units),
    load: median(runs.flatMap(({ load }) => load ?? [])),
    engineMemory: most(({ memory }) => memory?.engine),
    allMemory: most(({ memory }) => memory?.all),
    vad: median(runs.flatMap(({ shares }) => shares?.vad ?? [])),
    besideEngine: median(runs.flatMap(({ shares }) => shares?.besideEngine ?? [])),
  };
}

const secondsOf = (runs: readonly Run[]): number => median(runs.map(({ seconds }) => seconds)) ?? 0;

/** The middle value, the mean of the middle two where there are two; null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
