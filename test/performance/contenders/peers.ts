import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Contender } from './contender.ts';
import { writeGgml } from './ggml.ts';
import { installNode, installPython, type Installed } from './install.ts';
import { runnerContender } from './runner.ts';

/** Pinned; of faster-whisper also what decides its speed. */
const FASTER_WHISPER = ['faster-whisper==1.2.1', 'ctranslate2==4.8.5', 'onnxruntime==1.32.0', 'av==18.1.0'];
const WHISPER_CPP = ['pywhispercpp==1.5.1'];
const TRANSFORMERS_JS = ['@huggingface/transformers@4.3.1'];

/** The name of the peer that ratios are of. */
export const YARDSTICK = 'faster-whisper int8';
/** The same with word times, for ours with word times. */
export const WORDS_YARDSTICK = `${YARDSTICK}, word times`;

/** The ways in which peers are run. */
export type Peer = 'int8' | 'float32' | 'words' | 'joined' | 'sequential' | 'whisperCpp' | 'transformersJs';

export interface Peers {
  /** Those that could be installed. */
  readonly contenders: Partial<Record<Peer, Contender>>;
  /** Why each of the others could not; a sentence each. */
  readonly missing: readonly string[];
  /** Packages with their versions. */
  readonly versions: readonly string[];
}

const threads = String(availableParallelism());
const script = (name: string): string => fileURLToPath(new URL(`../peers/${name}`, import.meta.url));

/** Installs the peers in `folder`, each in one of its own; `model` is Whisper base in CTranslate2's layout. */
export async function installPeers(folder: string, model: string): Promise<Peers> {
  await mkdir(folder, { recursive: true });
  const parts = [
    await fasterWhisper(folder, model),
    await whisperCpp(folder, model),
    await transformersJs(folder),
  ];
  const missing = parts.filter((part) => typeof part === 'string');
  const contenders = Object.assign(
    {},
    ...parts.filter((part) => typeof part !== 'string'),
  ) as Peers['contenders'];
  return { contenders, missing, versions: [...FASTER_WHISPER, ...WHISPER_CPP, ...TRANSFORMERS_JS] };
}

/** What a peer offers, or why it is not there. */
type Offer = Partial<Record<Peer, Contender>> | string;

async function fasterWhisper(folder: string, model: string): Promise<Offer> {
  const python = await installPython(join(folder, 'faster-whisper'), FASTER_WHISPER);
  return offer('faster-whisper', python, (program) => {
    const peer = (name: string, precision: string, ...options: string[]) => {
      const args = [script('faster-whisper.py'), model, precision, threads, ...options];
      return runnerContender(name, { program, args });
    };
    return {
      int8: peer(YARDSTICK, 'int8'),
      float32: peer('faster-whisper float32', 'float32'),
      words: peer(WORDS_YARDSTICK, 'int8', '--words'),
      sequential: peer('faster-whisper float32, sequential', 'float32', '--sequential'),
      joined: peer('faster-whisper int8, files joined', 'int8', '--joined'),
    };
  });
}

/** Built from source, so that it uses all of the processor; the package's wheel does not, and stands in without a compiler. */
async function whisperCpp(folder: string, model: string): Promise<Offer> {
  const built = await installPython(join(folder, 'whisper.cpp'), WHISPER_CPP, [
    '--no-binary',
    'pywhispercpp',
  ]);
  const python =
    'program' in built ? built : await installPython(join(folder, 'whisper.cpp-wheel'), WHISPER_CPP);
  const weights = join(folder, 'ggml-base-q8_0.bin');
  await writeGgml(model, weights);
  return offer('whisper.cpp', python, (program) => {
    const name = `whisper.cpp q8_0${python === built ? '' : ' (wheel for AVX2)'}`;
    const args = [script('whisper-cpp.py'), weights, threads];
    return { whisperCpp: runnerContender(name, { program, args }) };
  });
}

async function transformersJs(folder: string): Promise<Offer> {
  const packages = join(folder, 'transformers.js');
  return offer('transformers.js', await installNode(packages, TRANSFORMERS_JS), (program) => {
    const args = ['--import', 'tsx', script('transformers-js.ts'), packages, threads];
    return { transformersJs: runnerContender('transformers.js fp32', { program, args }) };
  });
}

function offer(
  name: string,
  installed: Installed,
  contenders: (program: string) => Exclude<Offer, string>,
): Offer {
  if ('program' in installed) return contenders(installed.program);
  return `${name} cannot be installed: ${installed.missing}`;
}
