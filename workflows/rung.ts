import {
  gpuQueue,
  modelName,
  PRECISIONS,
  type Precision,
  type Rung,
  type TranscriptionOptions,
} from './contract.ts';

/**
 * A rung as a caller names it: `int8`, `tiny.en:int8` on another model, `int8@cpu` on the processors beside the cards,
 * `medical@3f2a:int8@cpu` on one version of a model.
 */
interface NamedRung {
  /** Name of a model, `name@revision` where a version is meant; null: that of the request. */
  readonly model: string | null;
  readonly precision: Precision;
  /** Whether only processors that stand by for cards may run it. */
  readonly onCpu: boolean;
}

const SHAPE = /^(?:([a-z0-9][a-z0-9._-]{0,99}(?:@[a-z0-9]{1,64})?):)?([a-z0-9-]+)(@cpu)?$/;

/** What `parseRung` takes, for a message. */
export const RUNG_SHAPE = `[MODEL:]PRECISION[@cpu], a precision being one of ${PRECISIONS.join(', ')}`;

/** Task queue of the processors that stand by for `model`, on machines beside those with cards. */
export const cpuQueue = (model: string): string => `cpu.${model}`;

/** Names of the models that a request may need: its own, and those of the rungs that it names. */
export const modelsOf = ({ model, ladder }: Pick<TranscriptionOptions, 'model' | 'ladder'>): string[] => [
  ...new Set([model, ...ladder.map((name) => parseRung(name)?.model ?? model)].map(modelName)),
];

/** Null where `text` names no rung. */
export function parseRung(text: string): NamedRung | null {
  const [, model = null, named, cpu] = SHAPE.exec(text.trim().toLowerCase()) ?? [];
  const precision = PRECISIONS.find((one) => one === named);
  return precision === undefined ? null : { model, precision, onCpu: cpu !== undefined };
}

/** A rung's one name; its model is left out where that is `own`. */
export function formatRung({ model, precision, onCpu }: NamedRung, own: string): string {
  return `${model === null || model === own ? '' : `${model}:`}${precision}${onCpu ? '@cpu' : ''}`;
}

/** How a rung of a ladder is called beside the best one: `int8`, `tiny.en:int8`, `int8@cpu`. */
export function rungName({ model, precision, queue }: Rung, ladder: readonly Rung[]): string {
  return formatRung({ model, precision, onCpu: queue === cpuQueue(model) }, ladder[0]?.model ?? model);
}

/** The names of a ladder's rungs behind their numbers, counted from 1: `1 fp16, 2 int8`. */
export const namesOf = (ladder: readonly Rung[]): string =>
  ladder.map((rung, index) => `${index + 1} ${rungName(rung, ladder)}`).join(', ');

/** The index of the rung that a number, counted from 1, or a name means; null where the ladder has none such. */
export function findRung(wanted: string, ladder: readonly Rung[]): number | null {
  const number = /^\d+$/.test(wanted.trim()) ? Number(wanted) : null;
  if (number !== null) return number >= 1 && number <= ladder.length ? number - 1 : null;
  const named = parseRung(wanted);
  if (named === null) return null;
  const model = named.model === null ? ladder[0]?.model : modelName(named.model);
  const index = ladder.findIndex(
    (rung) =>
      rung.model === model &&
      rung.precision === named.precision &&
      rung.queue === (named.onCpu ? cpuQueue : gpuQueue)(rung.model),
  );
  return index < 0 ? null : index;
}

/** Seconds are enough on a card; a processor that stands by for one may take its time. */
const LONGEST = { gpu: '1h', cpu: '6h' } as const;

/** The options of the activity that transcribes on a rung. */
export const activityOptions = ({ model, queue }: Rung) =>
  ({
    taskQueue: queue,
    startToCloseTimeout: LONGEST[queue === cpuQueue(model) ? 'cpu' : 'gpu'],
  }) as const;
