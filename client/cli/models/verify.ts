import { addedVersions } from '../../../models/added/registry.ts';
import { artifactFolder } from '../../../models/cache/artifact.ts';
import { forget, verify, type Damage } from '../../../models/cache/verify.ts';
import { allModels, type Model } from '../../../models/catalogue.ts';
import { longhandHome } from '../../../models/home.ts';
import { verifyGraphs } from '../../../models/whisper/manifest.ts';
import { ERRORS } from '../../../workflows/errors.ts';
import { explain } from '../exit.ts';
import { writeJson, writeLine } from '../output.ts';
import { shellWord } from '../shell.ts';
import { builtGraphs, isFetched, SHOWN_DIGITS, versionsOf } from './local.ts';

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
  for (const model of name === null ? allModels(home) : versionsOf(home, name)) {
    if (name === null && !(await isFetched(home, model))) continue;
    verified.push(await verifyModel(home, model));
  }
  if (json) await writeJson(verified);
  else for (const line of verified.flatMap((model) => describe(home, model))) await writeLine(line);
  return verified.every(({ ok }) => ok) ? 0 : ERRORS.LH_CHECKSUM.exit;
}

/** Reads every byte of a model's weights and graphs. */
export async function verifyModel(home: string, model: Model): Promise<VerifiedModel> {
  const folder = artifactFolder(home, model);
  const weights = await verify(folder, model);
  // What rotted without a trace in the file system would count as good at the next fetch.
  if (weights.length > 0) await forget(folder);
  const graphs: VerifiedModel['graphs'][number][] = [];
  for (const { name, folder } of await builtGraphs(home, model)) {
    const problem = await verifyGraphs(folder).then(() => null, explain);
    graphs.push({ name, problem });
  }
  const ok = weights.length === 0 && graphs.every(({ problem }) => problem === null);
  return { name: model.name, revision: model.revision, ok, weights, graphs };
}

function describe(home: string, { name, revision, ok, weights, graphs }: VerifiedModel): string[] {
  const isOnly = versionsOf(home, name).length === 1;
  const shown = isOnly ? name : `${name}@${revision.slice(0, SHOWN_DIGITS)}`;
  const lines = [
    `${shown} weights: ${weights.length === 0 ? 'ok' : weights.map(({ file, problem }) => `${file} ${problem}`).join('; ')}`,
    ...graphs.map((built) => `${shown} graphs ${built.name}: ${built.problem ?? 'ok'}`),
  ];
  return ok ? lines : [...lines, `next: ${mendCommand(home, name)}`];
}

/** What to type where a model is damaged. */
export function mendCommand(home: string, name: string): string {
  const [added] = addedVersions(home, name);
  if (added) return `longhand models add ${shellWord(added.source)} --name ${name}`;
  return `longhand models remove ${name} && longhand models pull ${name}`;
}
