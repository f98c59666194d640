/**
 * Fills a CUDA card until so many bytes are free, says `full` on standard output, and holds it until it is killed:
 * the memory limit of a test, since ONNX Runtime's Node binding hands no limit on to CUDA.
 * Arguments: the card's number, the bytes to leave.
 */
import { execFileSync } from 'node:child_process';
import * as ort from 'onnxruntime-node';
import { modelBytes } from '../../models/onnx/model-bytes.ts';
import { Graph } from '../../models/onnx/graph.ts';

const MB = 2 ** 20;
/** What one run takes at most; an element has 8 bytes, and CUDA counts them in 31 bits. */
const LARGEST = 8192 * MB;
const SMALLEST = 16 * MB;

const card = Number(process.argv[2]);
const leave = Number(process.argv[3]);

/** Makes `size [1]` 64-bit zeros on the card, and gives back the first. */
function graph(): Uint8Array {
  const g = new Graph('fill');
  const size = g.input('size', 'int64', [1]);
  g.outputAs('first', g.op('Gather', [g.op('ConstantOfShape', [size], zero), g.ints(0)]), 'int64', [1]);
  return modelBytes(g);
}

const zero = {
  value: { tensor: { type: 'int64', dims: [1], content: () => new Uint8Array(8) } },
} as const;

/** As the driver counts it: of what is not used it keeps some hundred megabytes for itself. */
function free(): number {
  const options = [`--id=${card}`, '--query-gpu=memory.free', '--format=csv,noheader,nounits'];
  return Number(execFileSync('nvidia-smi', options, { encoding: 'utf8' })) * MB;
}

/** Takes `bytes`, a power of two: what ONNX Runtime's arena takes from the card for it is as much. */
async function take(bytes: number): Promise<void> {
  const session = await ort.InferenceSession.create(graph(), {
    executionProviders: [{ name: 'cuda', deviceId: card }],
    graphOptimizationLevel: 'disabled',
  });
  held.push(session);
  await session.run({ size: new ort.Tensor('int64', BigInt64Array.of(BigInt(bytes / 8)), [1]) });
}

/** An arena keeps its memory as long as its session lives. */
const held: ort.InferenceSession[] = [];

// The first run loads CUDA itself.
await take(MB);
for (let rest = free() - leave; rest >= SMALLEST; rest = free() - leave) {
  await take(Math.min(LARGEST, 2 ** Math.floor(Math.log2(rest))));
}
process.stdout.write('full\n');
setInterval(() => held.length, 1 << 30);
