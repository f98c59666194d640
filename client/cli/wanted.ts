import { addedModels } from '../../models/added/registry.ts';
import { demandAble, findModel, MODELS, type Model } from '../../models/catalogue.ts';
import { modelName, type Format } from '../../workflows/contract.ts';
import type { TextStep } from '../../workflows/text/pipeline.ts';
import { DEFAULT_FORMATS } from '../../workflows/defaults.ts';
import { parseRung } from '../../workflows/rung.ts';
import {
  canonicalOptions,
  canonicalPriority,
  type TranscribeOptions,
} from '../../activities/request/options.ts';
import type { TranscriptionFlags } from './flags.ts';
import { SHOWN_DIGITS } from './models/local.ts';
import type { Settings } from './settings.ts';

/** What a command's flags ask of the library, but for the output folder. */
export type WantedOptions = Omit<TranscribeOptions, 'out'>;

/**
 * The library's options from a command's flags, checked here against the models of the home as well, before any server
 * is asked. An added model is asked for by the version that is current now: the same wish after its replacement is
 * another transcription. A model that the home lacks is left to the workers of a server that was named.
 *
 * Throws LH_LANGUAGE_UNKNOWN, LH_FORMAT_UNKNOWN, LH_MODEL_UNKNOWN, LH_PIPELINE_INVALID or LH_OPTION_INVALID.
 */
export function wantedOptions(
  { text, ...flags }: TranscriptionFlags & { readonly text?: readonly TextStep[] | undefined },
  { home, address }: Pick<Settings, 'home' | 'address'>,
  defaultFormats?: readonly Format[],
): WantedOptions {
  const { language, languages, languagePer, task, prompt, hotwords, words, model, key, tenant } = flags;
  const { ladder, gaps, lowerUnderLoad } = flags;
  const priority = flags.priority === undefined ? undefined : canonicalPriority(flags.priority);
  const decoding = { language, languages, languagePer, task, prompt, hotwords, words };
  const said = { ...decoding, ladder, gaps, lowerUnderLoad };
  const style = { subtitles: subtitlesOf(flags) };
  const named = flags.formats ?? defaultFormats;
  const wish = { ...said, ...style, model, text };
  const made = flags.explain ? [...(named ?? DEFAULT_FORMATS), 'changes'] : named;
  const options = canonicalOptions({ ...wish, formats: made });
  const asked = { ...wish, formats: flags.explain ? options.formats : named };
  const added = addedModels(home);
  const isElsewhere = (model: string) =>
    address !== null && ![...MODELS, ...added].some(({ name }) => name === modelName(model));
  const demanded = (model: string): Model | null => {
    if (isElsewhere(model)) return null;
    const found = findModel(model, added);
    demandAble(found, options);
    return found;
  };
  const found = demanded(options.model);
  for (const rung of options.ladder) demanded(parseRung(rung)?.model ?? options.model);
  const isAdded = found !== null && !MODELS.includes(found);
  const wanted = {
    ...asked,
    model: isAdded ? `${found.name}@${found.revision.slice(0, SHOWN_DIGITS)}` : model,
  };
  // Without the fields that are not set.
  const fields = Object.entries({ ...wanted, key, tenant, priority }).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(fields);
}

function subtitlesOf(flags: TranscriptionFlags): WantedOptions['subtitles'] {
  const { subtitleColumns: columns, subtitleLines: lines, subtitleSpeed: speed } = flags;
  const given = Object.entries({ columns, lines, speed }).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}
