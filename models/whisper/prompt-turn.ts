import type { Graph } from '../onnx/graph.ts';
import type { Search } from './decoder-state.ts';
import { slice } from './parts.ts';
import type { SpecialTokens } from './special-tokens.ts';

/** Probabilities of no speech and of the languages, from the logits after `<|startoftranscript|>`. */
export function startProbabilities(
  g: Graph,
  logits: string,
  { noSpeech, firstLanguage, languages }: SpecialTokens,
) {
  const softmax = (x: string) => g.op('Softmax', [x], { axis: { int: -1 } });
  return {
    noSpeech: slice(g, softmax(logits), 1, noSpeech, noSpeech + 1),
    languageProbabilities: softmax(slice(g, logits, 1, firstLanguage, firstLanguage + languages.length)),
  };
}

/** After `<|startoftranscript|>`: each row's language, given or detected, and the task. */
export function promptTurn(
  g: Graph,
  languages: string,
  probabilities: string,
  now: Readonly<Record<string, string>>,
  tokens: SpecialTokens,
): Search {
  const likeliest = g.op('ArgMax', [probabilities], { axis: { int: 1 }, keepdims: { int: 1 } });
  const detected = g.op('Add', [likeliest, g.int(tokens.firstLanguage)]);
  const asked = g.op('Unsqueeze', [languages, g.ints(1)]);
  const language = g.op('Where', [g.op('Less', [asked, g.int(0)]), detected, asked]);
  const task = g.op('Expand', [g.int(tokens.transcribe), g.op('Shape', [language])]);
  return {
    ids: g.op('Concat', [language, task], { axis: { int: 1 } }),
    isFinished: now.isFinished!,
    logProbability: now.logProbability!,
    isTimestamp: now.isTimestamp!,
    lastTimestamp: now.lastTimestamp!,
    hasText: now.hasText!,
  };
}
