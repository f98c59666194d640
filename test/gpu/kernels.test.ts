import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { decoderInputs, decoderRow } from '../../models/whisper/decoder-inputs.ts';
import { verifyGraphs } from '../../models/whisper/manifest.ts';
import { WhisperTokens } from '../../models/whisper/tokens.ts';
import { realModel } from '../support/real-model.ts';
import { whyNoCuda } from './cuda.ts';

const reason = await whyNoCuda(() => realModel('fp16'));

/** Sums and joints of shapes, which ONNX Runtime leaves to the CPU on purpose. */
const SHAPES = ['Add', 'Concat'];

interface Profiled {
  readonly cat: string;
  readonly args?: { readonly provider?: string; readonly op_name?: string };
}

/** The operators that ran in one run of a graph on the card, by the provider of their kernel. */
async function operatorsOf(
  path: string,
  feeds: Record<string, ort.Tensor>,
): Promise<Map<string, Set<string>>> {
  const folder = mkdtempSync(join(tmpdir(), 'longhand-profile-'));
  try {
    const session = await ort.InferenceSession.create(path, {
      executionProviders: [{ name: 'cuda', deviceId: 0 }],
      graphOptimizationLevel: 'basic',
      enableProfiling: true,
      profileFilePrefix: join(folder, 'run'),
    });
    await session.run(feeds);
    session.endProfiling();
    await session.release();
    const [file = ''] = readdirSync(folder);
    const operators = new Map<string, Set<string>>();
    for (const { cat, args } of JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profiled[]) {
      if (cat !== 'Node' || !args?.provider || !args.op_name) continue;
      const ran = operators.get(args.provider) ?? new Set();
      operators.set(args.provider, ran.add(args.op_name));
    }
    return operators;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(reason !== null)('the kernels of CUDA', { timeout: 120_000 }, () => {
  it.each([
    ['fp16', 'Gemm'],
    ['int8-fp16', 'MatMulNBits'],
  ] as const)('compute all of %s but shapes', async (precision, product) => {
    const { folder, graphs } = await realModel(precision);
    const manifest = await verifyGraphs(graphs);
    const { dims } = manifest;
    const floats = (...shape: number[]) => {
      const count = shape.reduce((a, b) => a * b, 1);
      return new ort.Tensor('float32', new Float32Array(count).fill(0.1), shape);
    };
    const tokens = WhisperTokens.load(folder, dims.vocabulary);
    const states = new Float32Array(dims.audioContext * dims.width).fill(0.1);
    const row = decoderRow(
      { encoded: { states }, decode: { language: 'auto' }, samples: 16_000 },
      tokens,
      manifest,
    );
    const encoder = await operatorsOf(join(graphs, 'encoder.onnx'), {
      mel: floats(1, dims.mels, 2 * dims.audioContext),
    });
    const decoder = await operatorsOf(join(graphs, 'decoder.onnx'), {
      ...decoderInputs([row, row], 2, manifest),
      mask: floats(tokens.special.timestampBegin),
    });
    for (const operators of [encoder, decoder]) {
      expect(operators.get('CUDAExecutionProvider')).toContain(product);
      expect(operators.get('CUDAExecutionProvider')).toContain('MultiHeadAttention');
      const onCpu = [...(operators.get('CPUExecutionProvider') ?? [])];
      expect(onCpu.filter((operator) => !SHAPES.includes(operator))).toEqual([]);
    }
  });
});
