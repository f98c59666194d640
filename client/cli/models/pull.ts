import { addModel } from '../../../models/added/add.ts';
import { addedModels, addedVersions } from '../../../models/added/registry.ts';
import { keepWithinBudget } from '../../../models/budget.ts';
import { hold } from '../../../models/cache/hold.ts';
import type { FetchOptions } from '../../../models/cache/fetch.ts';
import { ensureModel, findModel } from '../../../models/catalogue.ts';
import { longhandHome } from '../../../models/home.ts';
import { openDisplay, showingFetches, type Display } from '../display/display.ts';
import { interruptible } from '../exit.ts';
import { writeJson, writeLine } from '../output.ts';
import { bytesOf, SHOWN_DIGITS } from './local.ts';

/**
 * `longhand models pull`: the weights, verified; fetches nothing that is here. With `update` an added model is looked at
 * again where it came from, and what is new there becomes its current version. Throws as `ensureModel` and `addModel` do.
 */
export async function pullModel(wanted: string, update: boolean, json: boolean): Promise<void> {
  const display = openDisplay();
  const home = longhandHome();
  const { name, revision, folder, bytes, updated } = await interruptible(async (signal) => {
    const options = { home, signal, ...showingFetches(display) };
    const updated = update && (await updateModel(wanted, options, display));
    const model = await ensureModel(wanted, options);
    await hold(model.folder);
    await keepWithinBudget(options);
    return { ...model, bytes: bytesOf(model), updated };
  }).finally(() => display.close());
  if (json) return writeJson({ name, revision, folder, bytes, updated });
  await writeLine(`${name}${updated ? ` is now ${revision.slice(0, SHOWN_DIGITS)},` : ''} at ${folder}`);
}

/** Whether there was another version to add. */
async function updateModel(wanted: string, options: FetchOptions, display: Display): Promise<boolean> {
  const { name, revision } = findModel(wanted, addedModels(options.home));
  const [current] = addedVersions(options.home, name);
  if (current === undefined) {
    display.note(
      `${name} is pinned to ${revision.slice(0, SHOWN_DIGITS)} by this version of Longhand: it has no update`,
    );
    return false;
  }
  const { model } = await addModel(current.source, name, options);
  const isNew = model.revision !== current.revision;
  if (!isNew) display.note(`${name}: nothing newer at ${current.source}`);
  return isNew;
}
