import type { Graph } from '../onnx/graph.ts';
import type { Search } from './decoder-state.ts';
import { slice } from './parts.ts';
import type { SpecialTokens } from './special-tokens.ts';
import type { WideRows } from './wide-rows.ts';

/**
 * Probabilities of no speech, and of the languages among those allowed, from the logits after
 * `<|startoftranscript|>`. `languages [batch, languages]` is added to the languages' logits.
 */
export function startProbabilities(
  g: Graph,
  logits: string,
  languages: string,
  { noSpeech, firstLanguage, languages: codes }: SpecialTokens,
  vocabulary: number,
  wide: WideRows,
) {
  const softmax = (x: string) => g.op('Softmax', [x], { axis: { int: -1 } });
  const ofLanguages = slice(g, logits, 1, firstLanguage, firstLanguage + codes.length);
  return {
    noSpeech: wide.share(g, logits, vocabulary, noSpeech),
    languageProbabilities: softmax(g.op('Add', [ofLanguages, languages])),
  };
}

/** After `<|startoftranscript|>`: each row's likeliest language, and its task `[batch]`. */
export function promptTurn(
  g: Graph,
  languageProbabilities: string,
  tasks: string,
  now: Readonly<Record<string, string>>,
  tokens: SpecialTokens,
): Search {
  const likeliest = g.op('ArgMax', [languageProbabilities], { axis: { int: 1 }, keepdims: { int: 1 } });
  const language = g.op('Add', [likeliest, g.int(tokens.firstLanguage)]);
  const task = g.op('Unsqueeze', [tasks, g.ints(1)]);
  return {
    ids: g.op('Concat', [language, task], { axis: { int: 1 } }),
    isFinished: now.isFinished!,
    logProbability: now.logProbability!,
    isTimestamp: now.isTimestamp!,
    lastTimestamp: now.lastTimestamp!,
    hasText: now.hasText!,
  };
}
