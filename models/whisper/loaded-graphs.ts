import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { providerOf } from './device.ts';
import type { Device } from './device.ts';
import type { GRAPHS } from './manifest.ts';

interface Where {
  readonly graphs: string;
  readonly device: Device;
  /** Threads an operator may use. */
  readonly threads: number;
}

/** The four graphs of a model in ONNX Runtime. */
export class LoadedGraphs implements Disposable {
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

  /** @param graphs the folder that `buildGraphs` made. */
  static async open({ graphs, device, threads }: Where): Promise<LoadedGraphs> {
    const opened: ort.InferenceSession[] = [];
    const open = async (name: (typeof GRAPHS)[number], where: Device) => {
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
      return new LoadedGraphs(
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

/** One run of a graph for the outputs named. */
export async function run<Name extends string>(
  session: ort.InferenceSession,
  inputs: Record<string, ort.Tensor>,
  outputs: readonly Name[],
): Promise<Record<Name, ort.Tensor>> {
  return (await session.run(inputs, outputs)) as Record<Name, ort.Tensor>;
}
