import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { LonghandError } from '../../workflows/errors.ts';
import { readConfig } from './config.ts';
import type { DecodeOptions } from './decode-options.ts';
import { onDevice, providerOf } from './device.ts';
import type { Device } from './device.ts';
import { verifyGraphs } from './manifest.ts';
import type { GraphManifest } from './manifest.ts';
import type { Precision } from './precision.ts';
import { MASKED } from './timestamp-rules.ts';
import { tokenTimes } from './token-times.ts';
import { WhisperTokens } from './tokens.ts';
import type { Heard, Segment } from './tokens.ts';
import { TIMESTAMP_SAMPLES, WINDOW_SAMPLES, paddedWindow } from './window.ts';

/** Tokens a window may have at most: half of the decoder's context, as openai/whisper. */
const MAX_TOKENS = 224;

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

/** The encoder's view of one window. */
export interface Encoded {
  /** `[1500, width]`. */
  readonly states: Float32Array;
}

/** A row of a batch. */
export interface DecodeRow {
  readonly encoded: Encoded;
  readonly decode: DecodeOptions;
  /** Samples of the window without its padding. */
  readonly samples: number;
  /** Sample before which the text may not end once a segment is closed; 0, if left out. */
  readonly earliestEnd?: number;
}

export interface WindowResult {
  /** The language decoded in: as given, else the likeliest. */
  readonly language: string;
  /** Its probability among the model's languages, 0…1. */
  readonly languageProbability: number;
  /** Probability that the window holds no speech, 0…1. */
  readonly noSpeech: number;
  /** Mean natural logarithm of the probability of the tokens and the end of text. */
  readonly averageLogProbability: number;
  /** Text and timestamps, without prompt and end of text. */
  readonly tokens: readonly number[];
  readonly segments: readonly Segment[];
}

/**
 * A Whisper model in memory. `encode` and `decode` block the thread while they compute. A row's result depends on its
 * window and decode options alone, not on the batch.
 */
export class WhisperSession implements Disposable {
  readonly tokens: WhisperTokens;
  readonly manifest: GraphManifest;
  private readonly sessions: Sessions;
  private readonly mask: ort.Tensor;
  private readonly maxTokens: ort.Tensor;
  private readonly device: Device;

  private constructor(
    tokens: WhisperTokens,
    manifest: GraphManifest,
    sessions: Sessions,
    mask: ort.Tensor,
    device: Device,
  ) {
    this.tokens = tokens;
    this.manifest = manifest;
    this.sessions = sessions;
    this.mask = mask;
    this.device = device;
    this.maxTokens = new ort.Tensor('int64', BigInt64Array.of(BigInt(MAX_TOKENS)), []);
  }

  /**
   * @throws LH_MODEL_INVALID when the folders are damaged or do not fit together, LH_DEVICE_MISSING when the device or
   * its libraries are not on this machine.
   */
  static async load(options: SessionOptions): Promise<WhisperSession> {
    const manifest = await verifyGraphs(options.graphs);
    if (manifest.precision !== options.precision) {
      throw new LonghandError(
        'LH_MODEL_INVALID',
        `Expected graphs of ${options.precision} in ${options.graphs}, but they are of ${manifest.precision}.`,
      );
    }
    const tokens = WhisperTokens.load(options.folder, manifest.dims.vocabulary);
    const { suppressedTokens } = readConfig(options.folder);
    const mask = suppressionMask(tokens.special.timestampBegin, suppressedTokens);
    const sessions = await onDevice(options.device, () => Sessions.open(options));
    return new WhisperSession(tokens, manifest, sessions, mask, options.device);
  }

  /**
   * Encodes one window.
   * @param pcm 1 to 480,000 samples at 16 kHz in [−1, 1].
   * @throws LH_ENGINE_INPUT when they are not.
   */
  async encode(pcm: Float32Array): Promise<Encoded> {
    const { mel, encoder } = this.sessions;
    const window = new ort.Tensor('float32', paddedWindow(pcm), [1, WINDOW_SAMPLES]);
    const spectrogram = await run(mel, { pcm: window }, ['mel']);
    const { states } = await onDevice(this.device, () => run(encoder, { mel: spectrogram.mel }, ['states']));
    return { states: states.data as Float32Array };
  }

  /**
   * Transcribes a batch of encoded windows, the results in the order of the rows. Where there are fewer than `fill`,
   * copies of the first are computed with them: CUDA, and a CPU in 16 bits, choose how they round by the shape of a run,
   * so a row gives the same in any batch of the same filled size. A CPU needs no filling for floats of 32 bits.
   * @throws LH_LANGUAGE_UNKNOWN, or LH_ENGINE_INPUT when a row is not of this model.
   */
  async decode(rows: readonly DecodeRow[], fill = 1): Promise<WindowResult[]> {
    const [first] = rows;
    if (!first) return [];
    const batch = Math.max(rows.length, fill);
    const { audioContext, width } = this.manifest.dims;
    const size = audioContext * width;
    const states = new Float32Array(batch * size);
    const languages = new BigInt64Array(batch);
    const earliestEnds = new BigInt64Array(batch);
    for (let row = 0; row < batch; row++) {
      const { encoded, decode, samples, earliestEnd = 0 } = rows[row] ?? first;
      if (encoded.states.length !== size || !(samples >= 0 && samples <= WINDOW_SAMPLES)) {
        throw new LonghandError(
          'LH_ENGINE_INPUT',
          `Expected ${size} encoder states and 0 to ${WINDOW_SAMPLES} samples, but ${encoded.states.length} and ${samples} came.`,
        );
      }
      states.set(encoded.states, row * size);
      earliestEnds[row] = BigInt(Math.max(0, Math.floor(earliestEnd / TIMESTAMP_SAMPLES)));
      languages[row] = BigInt(decode.language === 'auto' ? -1 : this.tokens.languageToken(decode.language));
    }
    const inputs = {
      states: new ort.Tensor('float32', states, [batch, audioContext, width]),
      languages: new ort.Tensor('int64', languages, [batch]),
      earliest_ends: new ort.Tensor('int64', earliestEnds, [batch]),
      max_tokens: this.maxTokens,
      mask: this.mask,
    };
    const wanted = rows.some(({ decode }) => decode.words) ? [...OUTPUTS, ...WORD_OUTPUTS] : OUTPUTS;
    const outputs = await onDevice(this.device, () => run(this.sessions.decoder, inputs, wanted));
    const results: WindowResult[] = [];
    for (const [index, row] of rows.entries()) results.push(await this.result(row, index, outputs));
    return results;
  }

  private async result(row: DecodeRow, index: number, outputs: DecoderOutputs): Promise<WindowResult> {
    const { endOfText, isMultilingual, firstLanguage, languages } = this.tokens.special;
    const all = Array.from(rowOf(outputs.tokens, index) as BigInt64Array, Number);
    const chosen = isMultilingual ? all.slice(2) : all;
    const end = chosen.indexOf(endOfText);
    const tokens = end < 0 ? chosen : chosen.slice(0, end);
    const language = isMultilingual ? all[0]! - firstLanguage : languages.indexOf('en');
    const probabilities = rowOf(outputs.language_probabilities, index) as Float32Array;
    const heard = row.decode.words
      ? await this.hear(row, index, chosen.length, tokens.length, outputs)
      : undefined;
    return {
      language: languages[language]!,
      languageProbability: isMultilingual ? probabilities[language]! : 1,
      noSpeech: rowOf(outputs.no_speech, index)[0] as number,
      averageLogProbability: (rowOf(outputs.log_probability, index)[0] as number) / (tokens.length + 1),
      tokens,
      segments: this.tokens.segments(tokens, row.samples, languages[language]!, heard),
    };
  }

  /** When the tokens of a row were heard, and how surely; `chosen` are they and what fills the row up. */
  private async hear(
    { encoded: { states }, samples }: DecodeRow,
    row: number,
    chosen: number,
    tokens: number,
    { sought, step_log_probabilities: steps }: DecoderOutputs,
  ): Promise<Heard> {
    const [turns = 0, batch = 0] = sought.dims;
    // The turns of the prompt come first. The end of text, where there is one, tells when the last token ends.
    const first = turns - chosen;
    const last = first + Math.min(tokens + 1, chosen);
    const logProbability = (turn: number) => (steps.data as Float32Array)[turn * batch + row]!;
    const { width } = this.manifest.dims;
    const times = await onDevice(this.device, () =>
      tokenTimes(this.sessions.alignment, sought, { states, width, samples, row, first, last }),
    );
    return {
      times: chosen > tokens ? times : [...times, samples],
      probabilities: Array.from({ length: tokens }, (_, i) => Math.exp(logProbability(first + i))),
    };
  }

  [Symbol.dispose](): void {
    this.mask.dispose();
    this.maxTokens.dispose();
    this.sessions[Symbol.dispose]();
  }
}

const OUTPUTS = ['tokens', 'log_probability', 'no_speech', 'language_probabilities'] as const;
/** Computed in any case, and fetched where words are wanted. */
const WORD_OUTPUTS = ['sought', 'step_log_probabilities'] as const;
type DecoderOutputs = Record<(typeof OUTPUTS | typeof WORD_OUTPUTS)[number], ort.Tensor>;

/** The four graphs, loaded. */
class Sessions implements Disposable {
  readonly mel: ort.InferenceSession;
  readonly encoder: ort.InferenceSession;
  readonly decoder: ort.InferenceSession;
  readonly alignment: ort.InferenceSession;

  private constructor(
    mel: ort.InferenceSession,
    encoder: ort.InferenceSession,
    decoder: ort.InferenceSession,
    alignment: ort.InferenceSession,
  ) {
    this.mel = mel;
    this.encoder = encoder;
    this.decoder = decoder;
    this.alignment = alignment;
  }

  static async open({ graphs, device, threads }: SessionOptions): Promise<Sessions> {
    const opened: ort.InferenceSession[] = [];
    const open = async (name: string, where: Device) => {
      const session = await ort.InferenceSession.create(join(graphs, `${name}.onnx`), {
        executionProviders: [providerOf(where)],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        // A plan of memory for shapes that change with every step and batch is kept for each of them, and never used again.
        enableMemPattern: false,
        // Above `basic`, ONNX Runtime fuses Add and LayerNormalization into a kernel ten times slower on CPUs.
        graphOptimizationLevel: 'basic',
      });
      opened.push(session);
      return session;
    };
    try {
      return new Sessions(
        await open('mel', 'cpu'),
        await open('encoder', device),
        await open('decoder', device),
        await open('alignment', device),
      );
    } catch (error) {
      // Those that fitted would keep their memory until they are collected.
      for (const session of opened) void session.release();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    for (const session of [this.mel, this.encoder, this.decoder, this.alignment]) void session.release();
  }
}

async function run<Name extends string>(
  session: ort.InferenceSession,
  inputs: Record<string, ort.Tensor>,
  outputs: readonly Name[],
): Promise<Record<Name, ort.Tensor>> {
  return (await session.run(inputs, outputs)) as Record<Name, ort.Tensor>;
}

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
