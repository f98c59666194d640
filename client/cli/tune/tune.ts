import { availableParallelism } from 'node:os';
import { addedModels } from '../../../models/added/registry.ts';
import type { FetchOptions } from '../../../models/cache/fetch.ts';
import { findModel, type Model } from '../../../models/catalogue.ts';
import { longhandHome } from '../../../models/home.ts';
import type { Device } from '../../../models/whisper/device.ts';
import type { Precision } from '../../../models/whisper/precision.ts';
import type { WantedDevices } from '../../../workers/devices/choose.ts';
import { findDevices } from '../../../workers/devices/found.ts';
import { EngineModels } from '../../../workers/engine-models.ts';
import { precisionsFor } from '../../../workers/tuning/layouts.ts';
import { measure } from '../../../workers/tuning/measure.ts';
import { tune } from '../../../workers/tuning/tune.ts';
import { hardwareOf, writeTuned } from '../../../workers/tuning/tuned.ts';
import { DEFAULT_MODEL } from '../../../workflows/defaults.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { chosenDevices } from '../chosen-devices.ts';
import { refuseCpuOptions } from '../cpu-options.ts';
import { openDisplay, showingFetches, type Display } from '../display/display.ts';
import { interruptible } from '../exit.ts';
import { writeJson, writeLine } from '../output.ts';
import { conclusion, documentOf, HEADER, rowOf, type TuneDocument } from './report.ts';
import { SPEECH, speechOf } from './speech.ts';

export interface TuneOptions {
  readonly devices: WantedDevices | undefined;
  /** Speech to measure with. */
  readonly file: string | undefined;
  readonly model?: string;
  readonly memory?: number;
  readonly precisions?: readonly string[];
}

/** A device that others keep busy shows less than it can do. */
const BUSY = 0.3;

/** `longhand tune`: measures devices one after the other, and keeps the best layout of each for the gpu workers of the home. */
export async function tuneDevices(
  { devices: wanted, file = SPEECH, model: name = DEFAULT_MODEL, memory, precisions }: TuneOptions,
  json: boolean,
): Promise<void> {
  const devices = await chosenDevices(wanted ?? ['cpu']);
  refuseCpuOptions(devices, { memory });
  const wishes = devices.map((device) => ({ device, precisions: precisionsOn(device, precisions) }));
  const home = longhandHome();
  const model = findModel(name, addedModels(home));
  const display = openDisplay();
  await interruptible(async (signal) => {
    const fetching = { home, signal, ...showingFetches(display) };
    const windows = await speechOf(file, fetching);
    for (const { device, precisions } of wishes) {
      await noteLoad(device, display);
      const document = await tuneDevice(
        { device, precisions, model, memory, windows },
        fetching,
        json ? undefined : (line) => (display.hide(), writeLine(line)),
      );
      if (json) await writeJson(document);
    }
  }).finally(() => display.close());
}

async function tuneDevice(
  wish: {
    readonly device: Device;
    readonly precisions: readonly Precision[];
    readonly model: Model;
    readonly memory: number | undefined;
    readonly windows: readonly Int16Array[];
  },
  fetching: FetchOptions & { readonly signal: AbortSignal },
  say: (line: string) => void | Promise<void> = () => undefined,
): Promise<TuneDocument> {
  const { device, precisions, model, memory, windows } = wish;
  const { home, signal } = fetching;
  // Every byte of a precision's graphs is read once, not for each layout.
  const models = new EngineModels(fetching);
  const hardware = await hardwareOf(device);
  await say(`${model.name} on ${device} (${hardware}):`);
  await say(HEADER);
  const tuning = await tune({
    ...{ device, precisions, threads: availableParallelism() },
    measure: async (layout, precision) =>
      measure(layout, { device, windows, memory, signal, model: await models.at(model, precision) }),
    onMeasured: (one) => void say(rowOf(one)),
  });
  const { speed, ...layout } = tuning.best;
  const limit = memory ?? null;
  const file = await writeTuned(home, { device, hardware, model: model.name, limit, ...layout, ...speed });
  for (const line of conclusion(tuning)) await say(line);
  await say(`Kept in ${file}; gpu workers of this home take it when they start`);
  return documentOf({ device, hardware, model: model.name, file }, tuning);
}

/** The precisions to measure: those that a device computes well, or of them those that are named. */
function precisionsOn(device: Device, named?: readonly string[]): readonly Precision[] {
  const all = precisionsFor(device);
  const unknown = named?.find((name) => !all.some((one) => one === name));
  if (unknown === undefined) return (named as readonly Precision[] | undefined) ?? all;
  const message = `Expected \`precisions\` among those made for ${device} (${all.join(', ')}), got \`${unknown}\``;
  throw new LonghandError('LH_OPTION_INVALID', message);
}

async function noteLoad(device: Device, display: Display): Promise<void> {
  const load = (await findDevices()).find((one) => one.device === device)?.load ?? 0;
  if (load > BUSY)
    display.note(
      `${device} is ${Math.round(100 * load)} % busy: what is measured now is less than it can do`,
    );
}
