import { artifactFolder } from '../../../models/cache/artifact.ts';
import { verify, type Damage } from '../../../models/cache/verify.ts';
import { findModel, MODELS, type Model } from '../../../models/catalogue.ts';
import { longhandHome } from '../../../models/home.ts';
import { verifyGraphs } from '../../../models/whisper/manifest.ts';
import { ERRORS } from '../../../workflows/errors.ts';
import { explain } from '../exit.ts';
import { writeJson, writeLine } from '../output.ts';
import { builtGraphs, isFetched } from './local.ts';

/** A model as `models verify --json` shows it. */
export interface VerifiedModel {
  readonly name: string;
  readonly revision: string;
  /** Whether all that is here has its checksum. */
  readonly ok: boolean;
  /** What is wrong with the weights; a model that was not fetched lacks all its files. */
  readonly weights: readonly Damage[];
  readonly graphs: readonly { readonly name: string; readonly problem: string | null }[];
}

/**
 * `longhand models verify`: reads every byte of the weights and graphs of one model, or of all that were fetched.
 * Gives the exit status. Throws LH_MODEL_UNKNOWN.
 */
export async function verifyModels(name: string | null, json: boolean): Promise<number> {
  const home = longhandHome();
  const verified: VerifiedModel[] = [];
  for (const model of name === null ? MODELS : [findModel(name)]) {
    if (name === null && !(await isFetched(home, model))) continue;
    verified.push(await verifyModel(home, model));
  }
  if (json) await writeJson(verified);
  else for (const line of verified.flatMap(describe)) await writeLine(line);
  return verified.every(({ ok }) => ok) ? 0 : ERRORS.LH_CHECKSUM.exit;
}

/** Reads every byte of a model's weights and graphs. */
export async function verifyModel(home: string, model: Model): Promise<VerifiedModel> {
  const weights = await verify(artifactFolder(home, model), model);
  const graphs: VerifiedModel['graphs'][number][] = [];
  for (const { name, folder } of await builtGraphs(home, model)) {
    const problem = await verifyGraphs(folder).then(() => null, explain);
    graphs.push({ name, problem });
  }
  const ok = weights.length === 0 && graphs.every(({ problem }) => problem === null);
  return { name: model.name, revision: model.revision, ok, weights, graphs };
}

function describe({ name, ok, weights, graphs }: VerifiedModel): string[] {
  const lines = [
    `${name} weights: ${weights.length === 0 ? 'ok' : weights.map(({ file, problem }) => `${file} ${problem}`).join('; ')}`,
    ...graphs.map((built) => `${name} graphs ${built.name}: ${built.problem ?? 'ok'}`),
  ];
  return ok ? lines : [...lines, `next: ${mendCommand(name)}`];
}

/** What to type where a model is damaged. */
export const mendCommand = (name: string): string =>
  `longhand models remove ${name} && longhand models pull ${name}`;
