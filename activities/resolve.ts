import { demandAble, findModel, MODELS, type Model } from '../models/catalogue.ts';
import { GRAPH_VERSION } from '../models/whisper/manifest.ts';
import { gpuQueue, type Precision, type Rung, type TranscriptionOptions } from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';
import { cpuQueue, parseRung, RUNG_SHAPE } from '../workflows/rung.ts';

/** The workers that a server has. */
export interface Pool {
  /** Whether all of them run on the processor of one machine, which then is what `@cpu` means as well. */
  readonly isCpu: boolean;
  /** Precisions of the devices that run a model, best first. Rejects with LH_QUEUE_UNSERVED while there are none. */
  readonly precisionsOf: (model: string) => Promise<readonly Precision[]>;
  /** Precisions of the devices that serve a task queue now, best first; null where nobody serves it. */
  readonly precisionsOn: (queue: string) => Promise<readonly Precision[] | null>;
  /** Whether a worker has begun a chunk of a workflow. */
  readonly hasBegun: (execution: { readonly workflowId: string; readonly runId: string }) => Promise<boolean>;
}

/**
 * The ladder of a request: the rungs it names, or those of the workers that are there, on the version of the model that
 * it names, or on the one that is current now. Throws LH_MODEL_UNKNOWN, LH_LANGUAGE_UNKNOWN where one of the models does
 * not know a language, and LH_OPTION_INVALID where it cannot translate or a rung has no such name.
 * @param added the models that the user added, as `addedModels` gives them.
 */
export async function resolveLadder(
  options: TranscriptionOptions,
  pool: Pool,
  added: readonly Model[],
): Promise<Rung[]> {
  const model = findModel(options.model, added);
  demandAble(model, options);
  if (options.ladder.length === 0) return defaultLadder(model, options, pool, added);
  const rungs = options.ladder.map((name) => {
    const named = parseRung(name);
    if (named === null) {
      throw new LonghandError('LH_OPTION_INVALID', `Expected a rung to be ${RUNG_SHAPE}, got \`${name}\``);
    }
    const own = named.model === null ? model : findModel(named.model, added);
    demandAble(own, options);
    return rungOf(own, named.precision, named.onCpu && !pool.isCpu ? cpuQueue : gpuQueue);
  });
  const keys = rungs.map((rung) => JSON.stringify(rung));
  return rungs.filter((_, index) => keys.indexOf(keys[index]!) === index);
}

/**
 * The precisions of the devices that run the model; the last of them on the next smaller model that can do the same,
 * where it is served; the processors that stand by, where there are some.
 */
async function defaultLadder(
  model: Model,
  options: TranscriptionOptions,
  { precisionsOf, precisionsOn }: Pool,
  added: readonly Model[],
): Promise<Rung[]> {
  const precisions = await precisionsOf(model.name);
  const smaller = nextSmaller(model, options, added);
  const [onSmaller, onCpu] = await Promise.all([
    smaller && precisionsOn(gpuQueue(smaller.name)),
    precisionsOn(cpuQueue(model.name)),
  ]);
  return [
    ...precisions.map((precision) => rungOf(model, precision, gpuQueue)),
    ...(smaller && onSmaller ? onSmaller.slice(-1) : []).map((precision) =>
      rungOf(smaller!, precision, gpuQueue),
    ),
    ...(onCpu ?? []).slice(0, 1).map((precision) => rungOf(model, precision, cpuQueue)),
  ];
}

/** The largest model below another, in its current version, that knows every language that may be spoken. */
function nextSmaller(model: Model, options: TranscriptionOptions, added: readonly Model[]): Model | null {
  const { language, languages } = options;
  const spoken = language !== 'auto' ? [language] : languages.length > 0 ? languages : model.languages;
  const bytesOf = ({ files }: Model): number => files.reduce((sum, { size }) => sum + size, 0);
  const isAble = (one: Model): boolean =>
    spoken.every((code) => one.languages.includes(code)) &&
    (options.task === 'transcribe' || one.languages.length > 1);
  const current = [...MODELS, ...added].filter(
    ({ name }, index, all) => all.findIndex((other) => other.name === name) === index,
  );
  const [largest = null] = current
    .filter((one) => one.name !== model.name && bytesOf(one) < bytesOf(model) && isAble(one))
    .sort((a, b) => bytesOf(b) - bytesOf(a));
  return largest;
}

const rungOf = (
  { name, revision }: Model,
  precision: Precision,
  queueOf: (model: string) => string,
): Rung => ({ model: name, revision, graph: GRAPH_VERSION, precision, queue: queueOf(name) });
