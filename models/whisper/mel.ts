import { Graph } from '../onnx/graph.ts';
import { bytesOf } from '../onnx/tensor.ts';
import { reshape, slice } from './parts.ts';
import { SAMPLE_RATE } from './window.ts';

/** Length of a frame's Fourier transform, and samples from one frame to the next. */
const FRAME = 400;
const HOP = 160;
const BINS = FRAME / 2 + 1;

/**
 * The log-mel spectrogram of one window, as openai/whisper computes it: `pcm [1, samples]`, up to 480,000, to
 * `mel [1, mels, samples / 160]`. The short-time Fourier transform is a convolution with the windowed cosines and sines.
 */
export function melGraph(mels: number): Graph {
  const g = new Graph('mel');
  const pcm = g.input('pcm', 'float', [1, 'samples']);
  const padded = g.op('Pad', [pcm, g.ints(0, FRAME / 2, 0, FRAME / 2)], { mode: { string: 'reflect' } });
  const kernels = g.weight('fourier', {
    type: 'float',
    dims: [2 * BINS, 1, FRAME],
    content: () => bytesOf(fourierKernels()),
  });
  const spectrum = g.op('Conv', [reshape(g, padded, 1, 1, -1), kernels], { strides: { ints: [HOP] } });
  const kept = slice(g, spectrum, 2, 0, -1);
  const [re = '', im = ''] = g.many('Split', 2, [g.op('Mul', [kept, kept])], {
    axis: { int: 1 },
    num_outputs: { int: 2 },
  });
  const filters = g.weight('filters', {
    type: 'float',
    dims: [mels, BINS],
    content: () => bytesOf(melFilters(mels)),
  });
  const energies = g.op('MatMul', [filters, g.op('Add', [re, im])]);
  const logs = g.op('Mul', [g.op('Log', [g.op('Max', [energies, g.float(1e-10)])]), g.float(1 / Math.LN10)]);
  const loudest = g.op('ReduceMax', [logs, g.ints(1, 2)], { keepdims: { int: 1 } });
  const bounded = g.op('Max', [logs, g.op('Sub', [loudest, g.float(8)])]);
  const mel = g.op('Add', [g.op('Mul', [bounded, g.float(0.25)]), g.float(1)]);
  g.outputAs('mel', mel, 'float', [1, mels, 'frames']);
  return g;
}

/** Cosines, then negative sines, of every frequency under a periodic Hann window: `[2 · 201, 400]`. */
function fourierKernels(): Float32Array {
  const kernels = new Float32Array(2 * BINS * FRAME);
  for (let bin = 0; bin < BINS; bin++) {
    for (let i = 0; i < FRAME; i++) {
      const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / FRAME);
      const angle = (2 * Math.PI * bin * i) / FRAME;
      kernels[bin * FRAME + i] = Math.cos(angle) * hann;
      kernels[(BINS + bin) * FRAME + i] = -Math.sin(angle) * hann;
    }
  }
  return kernels;
}

/** Triangular filters on Slaney's mel scale, of unit area (librosa's default): `[mels, 201]`. */
export function melFilters(mels: number): Float32Array {
  const top = hertzToMel(SAMPLE_RATE / 2);
  const corners = Array.from({ length: mels + 2 }, (_, i) => melToHertz((top * i) / (mels + 1)));
  const filters = new Float32Array(mels * BINS);
  for (let mel = 0; mel < mels; mel++) {
    const [low, middle, high] = [corners[mel]!, corners[mel + 1]!, corners[mel + 2]!];
    for (let bin = 0; bin < BINS; bin++) {
      const hertz = (SAMPLE_RATE / FRAME) * bin;
      const rising = (hertz - low) / (middle - low);
      const falling = (high - hertz) / (high - middle);
      filters[mel * BINS + bin] = (Math.max(0, Math.min(rising, falling)) * 2) / (high - low);
    }
  }
  return filters;
}

/** Slaney's scale (Auditory Toolbox, 1998): linear below 1 kHz, logarithmic above. */
const LINEAR_STEP = 200 / 3;
const BREAK = { hertz: 1000, mel: 1000 / LINEAR_STEP };
const LOG_STEP = Math.log(6.4) / 27;

const hertzToMel = (hertz: number): number =>
  hertz < BREAK.hertz ? hertz / LINEAR_STEP : BREAK.mel + Math.log(hertz / BREAK.hertz) / LOG_STEP;
const melToHertz = (mel: number): number =>
  mel < BREAK.mel ? mel * LINEAR_STEP : BREAK.hertz * Math.exp(LOG_STEP * (mel - BREAK.mel));
