import { choose, loop } from '../onnx/control-flow.ts';
import { Graph } from '../onnx/graph.ts';
import type { Weights } from '../readers/weights.ts';
import type { AlignmentHead } from './alignment-heads.ts';
import { crossMemory } from './attention.ts';
import { EMBEDDINGS, decoderLayers } from './decoder-layers.ts';
import type { Past } from './decoder-layers.ts';
import { PER_ROW, SEARCH_TYPES, carriedValues, pastName } from './decoder-state.ts';
import { HEAD_WIDTH } from './dims.ts';
import type { WhisperDims } from './dims.ts';
import { isTrimmed } from './precision.ts';
import type { Recipe } from './precision.ts';
import { promptTurn, startProbabilities } from './prompt-turn.ts';
import type { MemorySide } from './quantized-memory.ts';
import { searchTurn } from './search-turn.ts';
import type { SearchInputs } from './search-turn.ts';
import { normedLinear } from './smoothing.ts';
import type { SpecialTokens } from './special-tokens.ts';
import { wideRows } from './wide-rows.ts';

/**
 * The text decoder with the whole search in one `Loop`.
 *
 * Inputs: `states [batch, frames, width]`, 1500 frames where rows are not trimmed; `padding [batch, frames]` where they
 * are, 0 for a row's own frames and far below for the others, which are copies of one of its own; `prompts [batch, n]`,
 * tokens before `<|startoftranscript|>`, none (n = 0) as a rule; `languages [batch, languages]`, added to the languages' logits, of which the likeliest is taken; `tasks
 * [batch]`, a task's token; `max_tokens [batch]`; `temperatures [batch]`, 0 for the likeliest tokens; `draws [batch,
 * n]`, numbers of [0, 1), one for each token that may be drawn; `mask [timestampBegin]`, added to the logits of text;
 * `earliest_ends [batch]`, the timestamp before which a row may not end once a segment is closed.
 * Outputs: `tokens [batch, n]`, which begins with the language and the task (multilingual models) and is filled up with
 * the end-of-text token; `log_probability`, `no_speech [batch, 1]`; `language_probabilities [batch, languages]`; for the
 * words' times, by turns, `step_log_probabilities [turns, batch, 1]` and what the alignment heads look for,
 * `sought [turns, batch, heads, 64]`.
 *
 * Turn 0 feeds the prompt and `<|startoftranscript|>`, from which the probabilities of the languages and of no speech
 * fall out; turn 1 language and task; each later turn one token. An English-only model has neither language nor task.
 */
export function decoderGraph(
  weights: Weights,
  dims: WhisperDims,
  recipe: Recipe,
  tokens: SpecialTokens,
  alignmentHeads: readonly AlignmentHead[],
  memorySide: MemorySide,
): Graph {
  const { width, vocabulary, decoderLayers: layers } = dims;
  const g = new Graph('decoder');
  const frames = isTrimmed(recipe) ? 'frames' : dims.audioContext;
  const states = g.input('states', 'float', ['batch', frames, width]);
  const padding = isTrimmed(recipe)
    ? g.op('Unsqueeze', [g.input('padding', 'float', ['batch', 'frames']), g.ints(1, 2)])
    : '';
  const prompts = g.input('prompts', 'int64', ['batch', 'prompt']);
  const languages = g.input('languages', 'float', ['batch', tokens.languages.length]);
  const tasks = g.input('tasks', 'int64', ['batch']);
  const perRow = (name: string, type: 'int64' | 'float') =>
    g.op('Unsqueeze', [g.input(name, type, ['batch']), g.ints(1)]);
  const maxTokens = perRow('max_tokens', 'int64');
  const temperatures = perRow('temperatures', 'float');
  const most = (x: string) => g.op('ReduceMax', [x], { keepdims: { int: 0 } });
  const inputs: SearchInputs = {
    mask: g.input('mask', 'float', [tokens.timestampBegin]),
    earliestEnds: perRow('earliest_ends', 'int64'),
    maxTokens,
    isSampling: g.op('Greater', [most(temperatures), g.float(0)]),
    temperatures,
    draws: g.input('draws', 'float', ['batch', 'draws']),
  };

  const source = recipe.real === 'float16' ? g.op('Cast', [states], { to: { int: 10 } }) : states;
  const memory = Array.from({ length: layers }, (_, i) =>
    crossMemory(g, weights, source, padding, `decoder/layer_${i}`, dims, recipe, memorySide),
  );

  const carried = carriedValues(g, prompts, dims, recipe, tokens);
  const wide = wideRows(recipe);
  const promptTurns = tokens.isMultilingual ? 1 : 0;
  const turns = g.op('Add', [most(maxTokens), g.int(promptTurns)]);
  const kept = { stepLogProbability: 'float', sought: 'float' } as const;
  const result = loop(g, turns, carried, kept, (body, turn, now) => {
    const value = (name: string): string => now[name]!;
    const pasts = memory.map((_, i): Past => ({
      keys: value(pastName('keys', i)),
      values: value(pastName('values', i)),
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
    const { linear: kind } = recipe.decoder;
    const product = normedLinear(body, weights, hidden, 'decoder/layer_norm', head, kind, recipe.real);
    const asFloat = (x: string) => (recipe.real === 'float16' ? body.op('Cast', [x], { to: { int: 1 } }) : x);
    const logits = asFloat(product);

    const isStart = body.op('Equal', [turn, body.int(0)]);
    const known = { noSpeech: value('noSpeech'), languageProbabilities: value('languageProbabilities') };
    const probabilities = choose(
      body,
      isStart,
      { noSpeech: 'float', languageProbabilities: 'float' },
      (branch) => startProbabilities(branch, logits, languages, tokens, vocabulary, wide),
      () => known,
    );
    const stepOf = (branch: Graph) => branch.op('Sub', [turn, branch.int(promptTurns)]);
    const search = (branch: Graph) =>
      searchTurn(branch, logits, inputs, stepOf(branch), now, tokens, vocabulary, wide);
    const next = tokens.isMultilingual
      ? choose(
          body,
          isStart,
          SEARCH_TYPES,
          (branch) => promptTurn(branch, probabilities.languageProbabilities, tasks, now, tokens),
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
      values[pastName('keys', i)] = keys;
      values[pastName('values', i)] = v;
    });
    const stepLogProbability = body.op('Sub', [next.logProbability, value('logProbability')]);
    return { isGoingOn, next: values, keep: { stepLogProbability, sought: asFloat(sought) } };
  });

  g.outputAs('tokens', result.sequence!, 'int64', ['batch', 'n']);
  g.outputAs('log_probability', result.logProbability!, 'float', PER_ROW);
  g.outputAs('step_log_probabilities', result.stepLogProbability!, 'float', ['turns', 'batch', 1]);
  g.outputAs('sought', result.sought!, 'float', ['turns', 'batch', alignmentHeads.length, HEAD_WIDTH]);
  g.outputAs('no_speech', result.noSpeech!, 'float', PER_ROW);
  g.outputAs('language_probabilities', result.languageProbabilities!, 'float', [
    'batch',
    tokens.languages.length,
  ]);
  return g;
}
