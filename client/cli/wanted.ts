import { demandLanguage, findModel } from '../../models/catalogue.ts';
import type { Format } from '../../workflows/contract.ts';
import { canonicalOptions, type TranscribeOptions } from '../options.ts';
import type { TranscriptionFlags } from './flags.ts';

/** What a command's flags ask of the library, but for the output folder. */
export type WantedOptions = Omit<TranscribeOptions, 'out'>;

/**
 * The library's options from a command's flags, checked here against the catalogue as well, before any server is
 * asked. Throws LH_LANGUAGE_UNKNOWN, LH_FORMAT_UNKNOWN, LH_MODEL_UNKNOWN or LH_OPTION_INVALID.
 */
export function wantedOptions(
  { language, words, model, precision, formats, key, tenant }: TranscriptionFlags,
  defaultFormats?: readonly Format[],
): WantedOptions {
  const wanted = { language, words, model, precisions: precision, formats: formats ?? defaultFormats };
  const options = canonicalOptions(wanted);
  demandLanguage(findModel(options.model), options.language);
  // Without the fields that are not set.
  const fields = Object.entries({ ...wanted, key, tenant }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields);
}
