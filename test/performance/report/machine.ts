import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Instruction sets that decide how fast Whisper runs. */
const FLAGS = ['avx2', 'avx_vnni', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_int8', 'amx_bf16'];
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Where, when and of what a measurement was taken. */
export interface Machine {
  readonly processor: string;
  readonly flags: readonly string[];
  readonly threads: number;
  readonly memory: number;
  readonly system: string;
  readonly versions: Readonly<Record<string, string>>;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly commit: string;
}

export function describeMachine(date: Date): Machine {
  const known = /^flags\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ') ?? [];
  const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain') === '' ? '' : ', changed since';
  return {
    processor: cpus()[0]?.model ?? '',
    flags: FLAGS.filter((flag) => known.includes(flag)),
    threads: availableParallelism(),
    memory: totalmem(),
    system: `${process.platform} ${release()} ${process.arch}`,
    versions: {
      node: process.versions.node,
      longhand: versionOf('package.json'),
      'onnxruntime-node': versionOf('node_modules/onnxruntime-node/package.json'),
      '@temporalio/worker': versionOf('node_modules/@temporalio/worker/package.json'),
    },
    date: date.toISOString(),
    commit: `${git('rev-parse', '--short=12', 'HEAD')}${changed}`,
  };
}

const versionOf = (path: string): string =>
  (JSON.parse(readFileSync(`${ROOT}${path}`, 'utf8')) as { readonly version: string }).version;
