import * as ort from 'onnxruntime-node';
import { LonghandError } from '../../workflows/errors.ts';
import type { DecodeOptions } from './decode-options.ts';
import type { GraphManifest } from './manifest.ts';
import { RECIPES, isTrimmed } from './precision.ts';
import { allowedLanguages, promptTokens, taskToken } from './prompt.ts';
import { MASKED } from './timestamp-rules.ts';
import { MAX_TOKENS, tokenBudget } from './token-budget.ts';
import type { WhisperTokens } from './tokens.ts';
import { TIMESTAMP_SAMPLES, WINDOW_SAMPLES, framesOf } from './window.ts';

/** The encoder's view of one window. */
export interface Encoded {
  /** `[frames, width]`: of 30 s, or of the window's real length where the precision is trimmed. */
  readonly states: Float32Array;
}

/** How a row's tokens are drawn. */
export interface Sampling {
  /** Above 0. */
  readonly temperature: number;
  /** Numbers of [0, 1), one for each of at most 224 tokens: they alone decide what is drawn. */
  readonly draws: Float32Array;
}

/** A row of a batch. */
export interface DecodeRow {
  readonly encoded: Encoded;
  readonly decode: DecodeOptions;
  /** Samples of the window without its padding. */
  readonly samples: number;
  /** Sample before which the text may not end once a segment is closed; 0, if left out. */
  readonly earliestEnd?: number;
  /** The likeliest tokens are taken, if left out. */
  readonly sampling?: Sampling | undefined;
}

/** A row as the decoder's graph takes it (see `decoderGraph`). */
export interface DecoderRow {
  readonly states: Float32Array;
  readonly prompt: readonly number[];
  readonly languages: Float32Array;
  readonly task: number;
  readonly maxTokens: number;
  readonly earliestEnd: number;
  readonly sampling: Sampling | undefined;
}

/** @throws LH_LANGUAGE_UNKNOWN, LH_OPTION_INVALID, or LH_ENGINE_INPUT when the row is not of this model. */
export function decoderRow(
  row: DecodeRow,
  tokens: WhisperTokens,
  { dims, precision }: GraphManifest,
): DecoderRow {
  const { encoded, decode, samples, earliestEnd = 0, sampling } = row;
  const size = framesOf(samples, RECIPES[precision]) * dims.width;
  if (encoded.states.length !== size || !(samples >= 0 && samples <= WINDOW_SAMPLES)) {
    throw new LonghandError(
      'LH_ENGINE_INPUT',
      `Expected ${size} encoder states and 0 to ${WINDOW_SAMPLES} samples, but ${encoded.states.length} and ${samples} came.`,
    );
  }
  const prompt = promptTokens(decode, tokens);
  return {
    states: encoded.states,
    prompt,
    languages: allowedLanguages(decode, tokens),
    task: taskToken(decode, tokens),
    maxTokens: tokenBudget(samples, prompt.length, dims.textContext),
    earliestEnd: Math.max(0, Math.floor(earliestEnd / TIMESTAMP_SAMPLES)),
    sampling,
  };
}

/**
 * The rows' inputs of the decoder's graph but for its mask, filled up to `batch` rows with copies of the first, and rows
 * up to the frames of the longest with copies of their last: no frame that they have not has a part in their scales.
 * @throws LH_ENGINE_INPUT when their prompts differ in length: a run has no padding.
 */
export function decoderInputs(
  rows: readonly DecoderRow[],
  batch: number,
  { dims, precision }: GraphManifest,
): Record<string, ort.Tensor> {
  const first = rows[0]!;
  const all = Array.from({ length: batch }, (_, index) => rows[index] ?? first);
  const lengths = new Set(all.map(({ prompt }) => prompt.length));
  if (lengths.size > 1) {
    throw new LonghandError(
      'LH_ENGINE_INPUT',
      `Expected prompts of one length in a run, but ${[...lengths].join(' and ')} tokens came.`,
    );
  }
  const frames = Math.max(...all.map(({ states }) => states.length)) / dims.width;
  const floats = (of: (row: DecoderRow) => Float32Array, ...dims: number[]) => {
    const length = dims.reduce((product, size) => product * size, 1);
    const data = new Float32Array(batch * length);
    all.forEach((row, index) => data.set(of(row), index * length));
    return new ort.Tensor('float32', data, [batch, ...dims]);
  };
  const integers = (of: (row: DecoderRow) => readonly number[], ...dims: number[]) =>
    new ort.Tensor('int64', BigInt64Array.from(all.flatMap(of), BigInt), [batch, ...dims]);
  const draws = rows.some(({ sampling }) => sampling) ? MAX_TOKENS : 0;
  return {
    states: floats(({ states }) => lengthened(states, frames, dims.width), frames, dims.width),
    ...(isTrimmed(RECIPES[precision]) && {
      padding: floats(
        ({ states }) => new Float32Array(frames).fill(MASKED, states.length / dims.width),
        frames,
      ),
    }),
    prompts: integers(({ prompt }) => prompt, first.prompt.length),
    languages: floats(({ languages }) => languages, first.languages.length),
    tasks: integers(({ task }) => [task]),
    max_tokens: integers(({ maxTokens }) => [maxTokens]),
    earliest_ends: integers(({ earliestEnd }) => [earliestEnd]),
    temperatures: floats(({ sampling }) => Float32Array.of(sampling?.temperature ?? 0)),
    draws: floats(({ sampling }) => sampling?.draws ?? new Float32Array(), draws),
  };
}

/** States `[frames, width]`, followed by copies of the last frame's. */
function lengthened(states: Float32Array, frames: number, width: number): Float32Array {
  if (states.length === frames * width) return states;
  const result = new Float32Array(frames * width);
  result.set(states);
  for (let from = states.length; from < result.length; from += width) {
    result.copyWithin(from, states.length - width, states.length);
  }
  return result;
}
