import * as ort from 'onnxruntime-node';
import { LonghandError } from '../../workflows/errors.ts';
import { readConfig } from './config.ts';
import { decoderInputs, decoderRow } from './decoder-inputs.ts';
import type { DecodeRow, DecoderRow, Encoded } from './decoder-inputs.ts';
import { onDevice } from './device.ts';
import type { Device } from './device.ts';
import { demandExactProducts } from './exact-products.ts';
import { LoadedGraphs, run } from './loaded-graphs.ts';
import { verifyGraphs } from './manifest.ts';
import type { GraphManifest } from './manifest.ts';
import { RECIPES } from './precision.ts';
import type { Precision } from './precision.ts';
import { MASKED } from './timestamp-rules.ts';
import { MAX_TOKENS } from './token-budget.ts';
import { hearTokens } from './token-times.ts';
import { WhisperTokens } from './tokens.ts';
import type { HeardToken, Segment } from './tokens.ts';
import { framesOf, paddedWindow } from './window.ts';

export type { DecodeRow, Encoded } from './decoder-inputs.ts';

export interface SessionOptions {
  /** The model folder: `tokenizer.json` and the configuration are read. */
  readonly folder: string;
  /** The folder `buildGraphs` made. */
  readonly graphs: string;
  readonly precision: Precision;
  readonly device: Device;
  /** Threads an operator may use. */
  readonly threads: number;
}

export interface WindowResult {
  /** The language decoded in: as given, else the likeliest. */
  readonly language: string;
  /** Its probability among the languages it may be in, 0…1. */
  readonly languageProbability: number;
  /** Probability that the window holds no speech, 0…1. */
  readonly noSpeech: number;
  /** Mean natural logarithm of the probability of the tokens and the end of text. */
  readonly averageLogProbability: number;
  /** What the tokens were drawn at; 0 where they are the likeliest. */
  readonly temperature: number;
  /** Whether the text came to its end, or to the most tokens a window of 30 s may have. */
  readonly isWhole: boolean;
  /** Text and timestamps, without prompt and end of text. */
  readonly tokens: readonly number[];
  /** How each token was heard, where words were asked for. */
  readonly heard?: readonly HeardToken[] | undefined;
  readonly segments: readonly Segment[];
}

/**
 * A Whisper model in memory. `encode` and `decode` block the thread while they compute. A row's result depends on its
 * window and decode options alone, not on the batch.
 */
export class WhisperSession implements Disposable {
  readonly tokens: WhisperTokens;
  readonly manifest: GraphManifest;
  private readonly graphs: LoadedGraphs;
  private readonly mask: ort.Tensor;
  private readonly device: Device;

  private constructor(
    tokens: WhisperTokens,
    manifest: GraphManifest,
    graphs: LoadedGraphs,
    mask: ort.Tensor,
    device: Device,
  ) {
    this.tokens = tokens;
    this.manifest = manifest;
    this.graphs = graphs;
    this.mask = mask;
    this.device = device;
  }

  /**
   * @throws LH_MODEL_INVALID when the folders are damaged or do not fit together, LH_DEVICE_MISSING when the device or
   * its libraries are not on this machine, LH_PRECISION_INEXACT when its processor does not compute what the precision is.
   */
  static async load(options: SessionOptions): Promise<WhisperSession> {
    const manifest = await verifyGraphs(options.graphs);
    if (manifest.precision !== options.precision) {
      throw new LonghandError(
        'LH_MODEL_INVALID',
        `Expected graphs of ${options.precision} in ${options.graphs}, but they are of ${manifest.precision}.`,
      );
    }
    await demandExactProducts(options.precision);
    const tokens = WhisperTokens.load(options.folder, manifest.dims.vocabulary);
    const { suppressedTokens } = readConfig(options.folder);
    const mask = suppressionMask(tokens.special.timestampBegin, suppressedTokens);
    const graphs = await onDevice(options.device, () => LoadedGraphs.open(options));
    return new WhisperSession(tokens, manifest, graphs, mask, options.device);
  }

  /**
   * Encodes one window.
   * @param pcm 1 to 480,000 samples at 16 kHz in [−1, 1].
   * @throws LH_ENGINE_INPUT when they are not.
   */
  async encode(pcm: Float32Array): Promise<Encoded> {
    const { mel, encoder } = this.graphs;
    const window = paddedWindow(pcm, framesOf(pcm.length, RECIPES[this.manifest.precision]));
    const spectrogram = await run(mel, { pcm: new ort.Tensor('float32', window, [1, window.length]) }, [
      'mel',
    ]);
    const { states } = await onDevice(this.device, () => run(encoder, { mel: spectrogram.mel }, ['states']));
    return { states: states.data as Float32Array };
  }

  /**
   * Transcribes a batch of encoded windows, whose prompts are of one length, the results in the order of the rows.
   * Where there are fewer than `fill`, copies of the first are computed with them: CUDA, and a CPU in 16 bits, choose
   * how they round by the shape of a run, so a row gives the same in any batch of the same filled size. A CPU needs no
   * filling for floats of 32 bits.
   * @throws LH_LANGUAGE_UNKNOWN, LH_OPTION_INVALID, or LH_ENGINE_INPUT when a row is not of this model.
   */
  async decode(rows: readonly DecodeRow[], fill = 1): Promise<WindowResult[]> {
    if (rows.length === 0) return [];
    const asked = rows.map((row) => decoderRow(row, this.tokens, this.manifest));
    const detected = await this.detect(asked, fill);
    const told = asked.map((row, index) => ({ ...row, ...detected.get(index) }));
    const wanted = rows.some(({ decode }) => decode.words) ? [...OUTPUTS, ...WORD_OUTPUTS] : OUTPUTS;
    const outputs = await this.run(told, fill, wanted);
    const results: WindowResult[] = [];
    for (const [index, row] of rows.entries()) {
      const result = await this.result(row, told[index]!, index, outputs);
      const languageProbability = detected.get(index)?.probability ?? result.languageProbability;
      results.push({ ...result, languageProbability });
    }
    return results;
  }

  /**
   * The languages of rows with a prompt that are in none yet, by their number. As openai/whisper hears them: without the
   * prompt, which is in a language itself.
   */
  private async detect(
    rows: readonly DecoderRow[],
    fill: number,
  ): Promise<Map<number, { languages: Float32Array; probability: number }>> {
    const isOpen = ({ prompt, languages }: DecoderRow) =>
      prompt.length > 0 && languages.filter((added) => added === 0).length > 1;
    const open = [...rows.keys()].filter((index) => isOpen(rows[index]!));
    if (open.length === 0 || !this.tokens.special.isMultilingual) return new Map();
    const bare = open.map((index) => ({ ...rows[index]!, prompt: [], maxTokens: 0 }));
    const outputs = await this.run(bare, fill, OUTPUTS);
    return new Map(
      open.map((index, place) => {
        const probabilities = rowOf(outputs.language_probabilities, place) as Float32Array;
        const probability = Math.max(...probabilities);
        const languages = probabilities.map((other) => (other === probability ? 0 : MASKED));
        return [index, { languages, probability }];
      }),
    );
  }

  private run(
    rows: readonly DecoderRow[],
    fill: number,
    wanted: readonly (keyof DecoderOutputs)[],
  ): Promise<DecoderOutputs> {
    const inputs = decoderInputs(rows, Math.max(rows.length, fill), this.manifest);
    return onDevice(this.device, () => run(this.graphs.decoder, { ...inputs, mask: this.mask }, wanted));
  }

  private async result(
    row: DecodeRow,
    asked: DecoderRow,
    index: number,
    outputs: DecoderOutputs,
  ): Promise<WindowResult> {
    const { endOfText, isMultilingual, firstLanguage, languages } = this.tokens.special;
    const all = Array.from(rowOf(outputs.tokens, index) as BigInt64Array, Number);
    const chosen = (isMultilingual ? all.slice(2) : all).slice(0, asked.maxTokens);
    const end = chosen.indexOf(endOfText);
    const tokens = end < 0 ? chosen : chosen.slice(0, end);
    const language = isMultilingual ? all[0]! - firstLanguage : languages.indexOf('en');
    const probabilities = rowOf(outputs.language_probabilities, index) as Float32Array;
    const code = languages[language]!;
    const heard = row.decode.words ? await this.hear(row, index, chosen, tokens.length, outputs) : undefined;
    return {
      language: code,
      languageProbability: isMultilingual ? probabilities[language]! : 1,
      noSpeech: rowOf(outputs.no_speech, index)[0] as number,
      averageLogProbability: (rowOf(outputs.log_probability, index)[0] as number) / (tokens.length + 1),
      temperature: row.sampling?.temperature ?? 0,
      isWhole: end >= 0 || tokens.length === MAX_TOKENS,
      tokens,
      heard,
      segments: this.tokens.segments(tokens, row.samples, code, heard),
    };
  }

  /** How the first `count` of a row's `chosen` tokens were heard. What follows them is the end of text. */
  private hear(
    { encoded: { states }, samples }: DecodeRow,
    row: number,
    chosen: readonly number[],
    count: number,
    { sought, step_log_probabilities: logProbabilities }: DecoderOutputs,
  ): Promise<HeardToken[]> {
    // The turn that chooses the language comes first.
    const first = this.tokens.special.isMultilingual ? 1 : 0;
    const last = first + Math.min(count + 1, chosen.length);
    const { width } = this.manifest.dims;
    const aligned = { states, width, samples, row, first, last, count };
    return onDevice(this.device, () => hearTokens(this.graphs.alignment, sought, logProbabilities, aligned));
  }

  [Symbol.dispose](): void {
    this.mask.dispose();
    this.graphs[Symbol.dispose]();
  }
}

const OUTPUTS = ['tokens', 'log_probability', 'no_speech', 'language_probabilities'] as const;
/** Computed in any case, and fetched where words are wanted. */
const WORD_OUTPUTS = ['sought', 'step_log_probabilities'] as const;
type DecoderOutputs = Record<(typeof OUTPUTS | typeof WORD_OUTPUTS)[number], ort.Tensor>;

function rowOf(tensor: ort.Tensor, index: number): Float32Array | BigInt64Array {
  const data = tensor.data as Float32Array;
  const length = data.length / tensor.dims[0]!;
  return data.subarray(index * length, (index + 1) * length);
}

function suppressionMask(length: number, suppressed: readonly number[]): ort.Tensor {
  const mask = new Float32Array(length);
  for (const token of suppressed) if (token < length) mask[token] = MASKED;
  // The token before the timestamps says that there are none.
  mask[length - 1] = MASKED;
  return new ort.Tensor('float32', mask, [length]);
}
