import { choose, loop } from '../onnx/control-flow.ts';
import type { Carried } from '../onnx/control-flow.ts';
import { Graph } from '../onnx/graph.ts';
import type { Constant } from '../onnx/tensor.ts';
import type { Weights } from '../readers/weights.ts';
import type { AlignmentHead } from './alignment-heads.ts';
import { crossMemory } from './attention.ts';
import { EMBEDDINGS, decoderLayers } from './decoder-layers.ts';
import type { Past } from './decoder-layers.ts';
import { HEAD_WIDTH } from './dims.ts';
import type { WhisperDims } from './dims.ts';
import { linear } from './linear.ts';
import { reshape, slice } from './parts.ts';
import type { Recipe } from './precision.ts';
import type { SpecialTokens } from './special-tokens.ts';
import { chooseToken } from './timestamp-rules.ts';

/**
 * The text decoder with the whole greedy search in one `Loop`.
 *
 * Inputs: `states [batch, 1500, width]`; `languages [batch]`, a language's token or −1 to detect it;
 * `max_tokens`, a scalar; `mask [timestampBegin]`, added to the logits of text; `earliest_ends [batch]`, the timestamp
 * before which a row may not end once a segment is closed.
 * Outputs: `tokens [batch, n]`, which begins with the prompt's language and task (multilingual models) and is filled
 * up with the end-of-text token; `log_probability`, `no_speech [batch, 1]`; `language_probabilities
 * [batch, languages]`; for the words' times, by turns, `step_log_probabilities [turns, batch, 1]` and what the
 * alignment heads look for, `sought [turns, batch, heads, 64]`.
 *
 * Turn 0 feeds `<|startoftranscript|>` alone, from which the probabilities of the languages and of no speech fall
 * out; turn 1 the rest of the prompt; each later turn one token. An English-only model has no rest of the prompt.
 */
export function decoderGraph(
  weights: Weights,
  dims: WhisperDims,
  recipe: Recipe,
  tokens: SpecialTokens,
  alignmentHeads: readonly AlignmentHead[],
): Graph {
  const { width, heads, vocabulary, decoderLayers: layers } = dims;
  const g = new Graph('decoder');
  const states = g.input('states', 'float', ['batch', dims.audioContext, width]);
  const languages = g.input('languages', 'int64', ['batch']);
  const maxTokens = g.input('max_tokens', 'int64', []);
  const mask = g.input('mask', 'float', [tokens.timestampBegin]);
  const earliestEnds = g.op('Unsqueeze', [g.input('earliest_ends', 'int64', ['batch']), g.ints(1)]);

  const source = recipe.real === 'float16' ? g.op('Cast', [states], { to: { int: 10 } }) : states;
  const flat = reshape(g, source, -1, width);
  const memory = Array.from({ length: layers }, (_, i) =>
    crossMemory(g, weights, flat, `decoder/layer_${i}`, dims, recipe),
  );

  const batch = g.op('Shape', [states], { start: { int: 0 }, end: { int: 1 } });
  const filled = (value: Constant, ...sizes: number[]) =>
    g.op('ConstantOfShape', [g.op('Concat', [batch, g.ints(...sizes)], { axis: { int: 0 } })], {
      value: { tensor: value },
    });
  const integers = (value: number): Constant => ({
    type: 'int64',
    dims: [1],
    content: () => new Uint8Array(BigInt64Array.of(BigInt(value)).buffer),
  });
  const zeros = (type: 'float' | 'float16' | 'bool'): Constant => ({
    type,
    dims: [1],
    content: () => new Uint8Array({ float: 4, float16: 2, bool: 1 }[type]),
  });
  const no = filled(zeros('bool'), 1);
  const yes = g.op('Not', [no]);
  const nothing = filled(zeros('float'), 1);
  const noPast = filled(zeros(recipe.real), heads, 0, HEAD_WIDTH);
  const perRow = ['batch', 1] as const;
  const past = (prefix: string, i: number) => `${prefix}${i}`;
  const carried: Record<string, Carried> = {
    ids: { type: 'int64', dims: ['batch', 'steps'], initial: filled(integers(tokens.startOfTranscript), 1) },
    offset: { type: 'int64', dims: [1], initial: g.ints(0) },
    sequence: { type: 'int64', dims: ['batch', 'n'], initial: filled(integers(0), 0) },
    isFinished: { type: 'bool', dims: perRow, initial: no },
    logProbability: { type: 'float', dims: perRow, initial: nothing },
    noSpeech: { type: 'float', dims: perRow, initial: nothing },
    languageProbabilities: {
      type: 'float',
      dims: ['batch', tokens.languages.length],
      initial: filled(zeros('float'), tokens.languages.length),
    },
    isTimestamp: { type: 'bool', dims: perRow, initial: yes },
    wasTimestamp: { type: 'bool', dims: perRow, initial: yes },
    lastTimestamp: { type: 'int64', dims: perRow, initial: filled(integers(-1), 1) },
    hasText: { type: 'bool', dims: perRow, initial: no },
  };
  for (let i = 0; i < layers; i++) {
    for (const prefix of ['keys', 'values']) {
      const dims = ['batch', heads, 'past', HEAD_WIDTH];
      carried[past(prefix, i)] = { type: recipe.real, dims, initial: noPast };
    }
  }

  const promptTurns = tokens.isMultilingual ? 1 : 0;
  const turns = g.op('Add', [maxTokens, g.int(promptTurns)]);
  const kept = { stepLogProbability: 'float', sought: 'float' } as const;
  const result = loop(g, turns, carried, kept, (body, turn, now) => {
    const value = (name: string): string => now[name]!;
    const pasts = memory.map((_, i): Past => ({
      keys: value(past('keys', i)),
      values: value(past('values', i)),
    }));
    const ids = value('ids');
    const { hidden, present, sought } = decoderLayers(
      body,
      weights,
      dims,
      recipe,
      ids,
      value('offset'),
      pasts,
      memory,
      alignmentHeads,
    );
    const head = {
      name: EMBEDDINGS,
      outputs: vocabulary,
      inputs: width,
      read: () => weights.read(EMBEDDINGS),
    };
    const product = linear(body, hidden, head, recipe.decoder.linear);
    const asFloat = (x: string) => (recipe.real === 'float16' ? body.op('Cast', [x], { to: { int: 1 } }) : x);
    const logits = asFloat(product);

    const isStart = body.op('Equal', [turn, body.int(0)]);
    const known = { noSpeech: value('noSpeech'), languageProbabilities: value('languageProbabilities') };
    const probabilities = choose(
      body,
      isStart,
      { noSpeech: 'float', languageProbabilities: 'float' },
      (branch) => startProbabilities(branch, logits, tokens),
      () => known,
    );
    const search = (branch: Graph) =>
      searchTurn(branch, logits, mask, earliestEnds, turn, promptTurns, now, tokens, vocabulary);
    const next = tokens.isMultilingual
      ? choose(
          body,
          isStart,
          SEARCH_TYPES,
          (branch) => promptTurn(branch, languages, probabilities.languageProbabilities, now, tokens),
          search,
        )
      : search(body);

    const finished = body.op('ReduceMin', [body.op('Cast', [next.isFinished], { to: { int: 6 } })], {
      keepdims: { int: 0 },
    });
    const isGoingOn = body.op('Not', [body.op('Cast', [finished], { to: { int: 9 } })]);
    const steps = body.op('Shape', [ids], { start: { int: 1 } });
    const values: Record<string, string> = {
      ...next,
      ...probabilities,
      offset: body.op('Add', [value('offset'), steps]),
      sequence: body.op('Concat', [value('sequence'), next.ids], { axis: { int: 1 } }),
      wasTimestamp: value('isTimestamp'),
    };
    present.forEach(({ keys, values: v }, i) => {
      values[past('keys', i)] = keys;
      values[past('values', i)] = v;
    });
    const stepLogProbability = body.op('Sub', [next.logProbability, value('logProbability')]);
    return { isGoingOn, next: values, keep: { stepLogProbability, sought: asFloat(sought) } };
  });

  g.outputAs('tokens', result.sequence!, 'int64', ['batch', 'n']);
  g.outputAs('log_probability', result.logProbability!, 'float', perRow);
  g.outputAs('step_log_probabilities', result.stepLogProbability!, 'float', ['turns', 'batch', 1]);
  g.outputAs('sought', result.sought!, 'float', ['turns', 'batch', alignmentHeads.length, HEAD_WIDTH]);
  g.outputAs('no_speech', result.noSpeech!, 'float', perRow);
  g.outputAs('language_probabilities', result.languageProbabilities!, 'float', [
    'batch',
    tokens.languages.length,
  ]);
  return g;
}

/** Probabilities of no speech and of the languages, from the logits after `<|startoftranscript|>`. */
function startProbabilities(g: Graph, logits: string, { noSpeech, firstLanguage, languages }: SpecialTokens) {
  const softmax = (x: string) => g.op('Softmax', [x], { axis: { int: -1 } });
  return {
    noSpeech: slice(g, softmax(logits), 1, noSpeech, noSpeech + 1),
    languageProbabilities: softmax(slice(g, logits, 1, firstLanguage, firstLanguage + languages.length)),
  };
}

/** What a turn of the search gives to the next. */
const SEARCH_TYPES = {
  ids: 'int64',
  isFinished: 'bool',
  logProbability: 'float',
  isTimestamp: 'bool',
  lastTimestamp: 'int64',
  hasText: 'bool',
} as const;
type Search = Record<keyof typeof SEARCH_TYPES, string>;

/** After `<|startoftranscript|>`: each row's language, given or detected, and the task. */
function promptTurn(
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

/** One token for each row; rows that have ended get further end-of-text tokens at no cost to their probability. */
function searchTurn(
  g: Graph,
  logits: string,
  mask: string,
  earliestEnd: string,
  turn: string,
  firstTurn: number,
  now: Readonly<Record<string, string>>,
  tokens: SpecialTokens,
  vocabulary: number,
): Search {
  const state = {
    isTimestamp: now.isTimestamp!,
    wasTimestamp: now.wasTimestamp!,
    lastTimestamp: now.lastTimestamp!,
    hasText: now.hasText!,
    earliestEnd,
  };
  const isFirst = g.op('Equal', [turn, g.int(firstTurn)]);
  const chosen = chooseToken(g, logits, mask, isFirst, state, tokens, vocabulary);
  const ended = now.isFinished!;
  const ids = g.op('Where', [ended, g.int(tokens.endOfText), chosen.token]);
  const gain = g.op('Where', [ended, g.float(0), chosen.logProbability]);
  return {
    ids,
    isFinished: g.op('Equal', [ids, g.int(tokens.endOfText)]),
    logProbability: g.op('Add', [now.logProbability!, gain]),
    isTimestamp: chosen.isTimestamp,
    lastTimestamp: chosen.lastTimestamp,
    hasText: chosen.hasText,
  };
}
