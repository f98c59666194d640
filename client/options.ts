import { resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FORMATS, type Format, type TranscriptionOptions } from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';

export interface WantedOptions {
  /** Whisper's language code; detected where absent. */
  readonly language?: string;
  /** Output formats, in any order; json, txt and srt where absent. */
  readonly formats?: readonly string[];
  /** Folder for the output files; kept in the store where absent. */
  readonly out?: string;
}

/**
 * The canonical form of what a caller wants: every field decided, lists sorted. `languages` are those of the model.
 * Throws LH_LANGUAGE_UNKNOWN or LH_FORMAT_UNKNOWN.
 */
export function canonicalOptions(
  wanted: WantedOptions,
  model: { readonly name: string; readonly languages: readonly string[] },
): TranscriptionOptions {
  return {
    language: languageOf(wanted.language ?? 'auto', model),
    model: model.name,
    precisions: [],
    formats: formatsOf(wanted.formats ?? FORMATS),
    out: wanted.out === undefined ? null : pathToFileURL(resolve(wanted.out) + sep).href,
  };
}

function languageOf(
  wanted: string,
  model: { readonly name: string; readonly languages: readonly string[] },
): string {
  const language = wanted.trim().toLowerCase();
  if (language === 'auto' || model.languages.includes(language)) return language;
  const known = `auto, ${model.languages.join(', ')}`;
  throw new LonghandError(
    'LH_LANGUAGE_UNKNOWN',
    `Expected \`language\` to be one of ${model.name}'s (${known}), got \`${wanted}\``,
  );
}

function formatsOf(wanted: readonly string[]): Format[] {
  const names = wanted.map((name) => name.trim().toLowerCase());
  const unknown = names.find((name) => !(FORMATS as readonly string[]).includes(name));
  if (unknown !== undefined || names.length === 0) {
    throw new LonghandError(
      'LH_FORMAT_UNKNOWN',
      `Expected \`formats\` to be some of ${FORMATS.join(', ')}, got \`${unknown ?? ''}\``,
    );
  }
  return FORMATS.filter((format) => names.includes(format)).sort();
}
