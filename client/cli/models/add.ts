import { addModel } from '../../../models/added/add.ts';
import { longhandHome } from '../../../models/home.ts';
import { openDisplay, showingFetches } from '../display/display.ts';
import { interruptible } from '../exit.ts';
import { writeJson, writeLine } from '../output.ts';
import { bytesOf, SHOWN_DIGITS } from './local.ts';

/** `longhand models add`: a model of the user's own, checked before it can be asked for. Throws as `addModel` does. */
export async function addToModels(source: string, name: string, json: boolean): Promise<void> {
  const display = openDisplay();
  display.note(`Checking ${source}: its files, then a trial transcription`);
  const { model, folder, known } = await interruptible((signal) =>
    addModel(source, name, { home: longhandHome(), signal, ...showingFetches(display) }),
  ).finally(() => display.close());
  const { revision } = model;
  if (json) return writeJson({ name, revision, folder, bytes: bytesOf(model), known });
  await writeLine(
    `${name}@${revision.slice(0, SHOWN_DIGITS)} at ${folder}${known ? ', which was here before' : ''}`,
  );
}
