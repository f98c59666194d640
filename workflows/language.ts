import type { ChunkResult, LanguagePer } from './contract.ts';

/** A chunk this sure of its language keeps it beside a section in another: forcing the other would translate it. */
const SURE = 0.8;

/** How much was heard in each language: samples of speech times certainty. */
export type LanguageWeights = Readonly<Record<string, number>>;

/** Weighs the languages of chunks, given with their samples of speech; chunks without text do not count. */
export function weighLanguages(heard: readonly { result: ChunkResult; speech: number }[]): LanguageWeights {
  const weights: Record<string, number> = {};
  for (const { result, speech } of heard) {
    if (result.segments.length === 0) continue;
    weights[result.language] = (weights[result.language] ?? 0) + speech * result.languageProbability;
  }
  return weights;
}

export function addWeights(all: readonly LanguageWeights[]): LanguageWeights {
  const sum: Record<string, number> = {};
  for (const weights of all) {
    for (const [language, weight] of Object.entries(weights)) sum[language] = (sum[language] ?? 0) + weight;
  }
  return sum;
}

/** The heaviest language, the first of equals; null where nothing was heard. */
export function mainLanguage(weights: LanguageWeights): string | null {
  let best: string | null = null;
  for (const [language, weight] of Object.entries(weights)) {
    if (best === null || weight > (weights[best] ?? 0)) best = language;
  }
  return best;
}

/** Whether a chunk should be heard again in the section's language: where it is in doubt of its own, or may have none. */
export function isHeardAgain(result: ChunkResult, main: string, per: LanguagePer): boolean {
  return result.language !== main && (per === 'file' || result.languageProbability < SURE);
}
