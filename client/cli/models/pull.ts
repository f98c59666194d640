import { ensureModel } from '../../../models/catalogue.ts';
import { longhandHome } from '../../../models/home.ts';
import { openDisplay, showingFetches } from '../display/display.ts';
import { interruptible } from '../exit.ts';
import { writeJson, writeLine } from '../output.ts';
import { bytesOf } from './local.ts';

/** `longhand models pull`: the weights, verified; fetches nothing that is here. Throws as `ensureModel` does. */
export async function pullModel(name: string, json: boolean): Promise<void> {
  const display = openDisplay();
  const model = await interruptible((signal) =>
    ensureModel(name, { home: longhandHome(), signal, ...showingFetches(display) }),
  ).finally(() => display.close());
  const { revision, folder } = model;
  if (json) await writeJson({ name, revision, folder, bytes: bytesOf(model) });
  else await writeLine(`${name} at ${folder}`);
}
