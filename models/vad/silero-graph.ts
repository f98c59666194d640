import { LonghandError } from '../../workflows/errors.ts';
import { Graph } from '../onnx/graph.ts';
import { bytesOf } from '../onnx/tensor.ts';
import type { Weight } from './onnx-reader.ts';
import { gatesForOnnx, join, tapsFirst, transpose } from './weight-layout.ts';

/** Samples that one probability stands for: 32 ms at 16 kHz. */
export const FRAME_SAMPLES = 512;
/** Samples before each frame that the model sees with it. */
export const CONTEXT_SAMPLES = 64;
/** Windows of the short-time Fourier transform in each frame. */
export const WINDOWS = 4;
export const WINDOW_SAMPLES = 256;
/** Samples between the starts of two windows. */
export const HOP_SAMPLES = 128;
/** Values in each of the two states of the LSTM. */
export const STATE = 128;

const BINS = WINDOW_SAMPLES / 2 + 1;

/**
 * Silero VAD 6 over a sequence of frames. The original runs frame by frame with the state handed through; here all
 * that depends on one frame alone (Fourier transform, four convolutions, output) is a matrix product over all
 * frames at once, and only the LSTM goes step by step, within one operator.
 *
 * Inputs: `windows` [4·frames, 256], samples in −1…1; `h` and `c` [1, 1, 128], zeros at the start.
 * Outputs: `probabilities` [frames], 0–1; `h_next` and `c_next` [1, 1, 128].
 *
 * @param weights The original's initializers.
 * @throws LH_MODEL_INVALID where a weight is missing or has another shape.
 */
export function buildSileroGraph(weights: ReadonlyMap<string, Weight>): Graph {
  const graph = new Graph('silero_vad');
  const windows = graph.input('windows', 'float', ['windows', WINDOW_SAMPLES]);
  const h = graph.input('h', 'float', [1, 1, STATE]);
  const c = graph.input('c', 'float', [1, 1, STATE]);

  const layers = new Layers(graph, weights);
  let features = layers.magnitudes(windows);
  features = layers.convolution(features, { layer: 0, columns: WINDOWS, inputs: BINS, outputs: 128 });
  features = layers.convolution(features, { layer: 1, columns: 4, inputs: 128, outputs: 64, stride: 2 });
  features = layers.convolution(features, { layer: 2, columns: 2, inputs: 64, outputs: 64, stride: 2 });
  features = layers.convolution(features, { layer: 3, columns: 1, inputs: 64, outputs: STATE });
  const { states, hNext, cNext } = layers.lstm(features, h, c);

  graph.outputAs('probabilities', layers.probabilities(states), 'float', ['frames']);
  graph.outputAs('h_next', hNext, 'float', [1, 1, STATE]);
  graph.outputAs('c_next', cNext, 'float', [1, 1, STATE]);
  return graph;
}

interface Convolution {
  readonly layer: number;
  /** Columns of a frame that come in. */
  readonly columns: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride?: number;
}

class Layers {
  private readonly graph: Graph;
  private readonly weights: ReadonlyMap<string, Weight>;

  constructor(graph: Graph, weights: ReadonlyMap<string, Weight>) {
    this.graph = graph;
    this.weights = weights;
  }

  /** [4·frames, 256] to [frames, 4·129]. */
  magnitudes(windows: string): string {
    const { graph } = this;
    const basis = transpose(
      this.take('stft.forward_basis_buffer', 2 * BINS, 1, WINDOW_SAMPLES),
      2 * BINS,
      WINDOW_SAMPLES,
    );
    const spectrum = graph.op('MatMul', [windows, this.constant('stft', [WINDOW_SAMPLES, 2 * BINS], basis)]);
    const parts = graph.many('Split', 2, [spectrum], { axis: { int: 1 }, num_outputs: { int: 2 } });
    const squares = parts.map((part) => graph.op('Mul', [part, part]));
    return graph.op('Reshape', [
      graph.op('Sqrt', [graph.op('Add', squares)]),
      graph.ints(-1, WINDOWS * BINS),
    ]);
  }

  /**
   * A convolution of three taps, padded by one, and ReLU over the few columns of a frame, which lie behind each
   * other: [frames, columns·inputs] to [frames, columns·outputs]. For each column of the result it is one product,
   * which leaves out the taps that would lie on the padding.
   */
  convolution(features: string, { layer, columns, inputs, outputs, stride = 1 }: Convolution): string {
    const { graph } = this;
    const name = `encoder.${layer}.reparam_conv`;
    const bias = this.constant(`${name}.bias`, [outputs], this.take(`${name}.bias`, outputs));
    const kernel = tapsFirst(this.take(`${name}.weight`, outputs, inputs, 3), outputs, inputs);
    const results: string[] = [];
    for (let centre = 0; centre < columns; centre += stride) {
      const first = Math.max(centre - 1, 0);
      const end = Math.min(centre + 2, columns);
      const [from, to] = [first - centre + 1, end - centre + 1];
      const taps = kernel.subarray(from * inputs * outputs, to * inputs * outputs);
      const matrix = this.constant(`${name}.taps_${from}_${to}`, [(to - from) * inputs, outputs], taps);
      const seen = [features, graph.ints(first * inputs), graph.ints(end * inputs), graph.ints(1)];
      results.push(graph.op('Relu', [graph.op('Gemm', [graph.op('Slice', seen), matrix, bias])]));
    }
    return graph.op('Concat', results, { axis: { int: 1 } });
  }

  /** [frames, 128] to the LSTM's state after each frame, [frames, 1, 1, 128], and its two last states. */
  lstm(features: string, h: string, c: string): { states: string; hNext: string; cNext: string } {
    const { graph } = this;
    const gates = (name: string, ...shape: number[]): Float32Array =>
      gatesForOnnx(this.take(`decoder.rnn.${name}`, ...shape));
    const biases = join(gates('bias_ih', 4 * STATE), gates('bias_hh', 4 * STATE));
    const inputs = [
      graph.op('Unsqueeze', [features, graph.ints(1)]),
      this.constant('lstm.input', [1, 4 * STATE, STATE], gates('weight_ih', 4 * STATE, STATE)),
      this.constant('lstm.recurrent', [1, 4 * STATE, STATE], gates('weight_hh', 4 * STATE, STATE)),
      this.constant('lstm.bias', [1, 8 * STATE], biases),
      '',
      h,
      c,
    ];
    const [states = '', hNext = '', cNext = ''] = graph.many('LSTM', 3, inputs, {
      hidden_size: { int: STATE },
    });
    return { states, hNext, cNext };
  }

  /** [frames, 1, 1, 128] to [frames]. */
  probabilities(states: string): string {
    const { graph } = this;
    const rows = graph.op('Relu', [graph.op('Reshape', [states, graph.ints(-1, STATE)])]);
    const weight = this.constant(
      'output.weight',
      [STATE, 1],
      this.take('decoder.decoder.2.weight', 1, STATE, 1),
    );
    const bias = this.constant('output.bias', [1], this.take('decoder.decoder.2.bias', 1));
    return graph.op('Reshape', [
      graph.op('Sigmoid', [graph.op('Gemm', [rows, weight, bias])]),
      graph.ints(-1),
    ]);
  }

  private constant(name: string, dims: readonly number[], data: Float32Array): string {
    return this.graph.weight(name, { type: 'float', dims, content: () => bytesOf(data) });
  }

  private take(name: string, ...shape: number[]): Float32Array {
    const weight = this.weights.get(`model.${name}`);
    if (weight?.shape.join() !== shape.join()) {
      const came = weight ? `[${weight.shape.join(', ')}]` : 'none';
      throw new LonghandError(
        'LH_MODEL_INVALID',
        `Expected Silero VAD's ${name} of shape [${shape.join(', ')}], but got ${came}.`,
      );
    }
    return weight.data;
  }
}
