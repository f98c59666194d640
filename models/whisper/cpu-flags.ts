import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Instructions that add products of 8 bits in 32 bits, as Linux and macOS name them. */
const VNNI = ['avx512_vnni', 'avx_vnni', 'avx512vnni'] as const;

/**
 * Whether a processor's products of unsigned and signed 8 bits saturate in ONNX Runtime's kernels: on x64 without VNNI
 * they are added in pairs in 16 bits (`vpmaddubsw`). On arm64 every kernel widens them first. Where the flags of an x64
 * processor cannot be read, it is taken for one that does.
 */
export function saturatesProducts(arch: string = process.arch, flags = readCpuFlags()): boolean {
  return arch === 'x64' && !VNNI.some((name) => flags.has(name));
}

/**
 * Whether ONNX Runtime multiplies a single row of unsigned 8 bits by a matrix of signed ones as it lies in memory: MLAS
 * has such a kernel for AVX2 and its successors, but for AMX and arm64 it packs the matrix at every run.
 */
export function multipliesRowsUnpacked(arch: string = process.arch, flags = readCpuFlags()): boolean {
  return arch === 'x64' && flags.has('avx2') && !flags.has('amx_int8');
}

/** The flags of the first processor that `/proc/cpuinfo` describes: `flags` on x64, `Features` on arm64. */
export function parseCpuInfo(text: string): ReadonlySet<string> {
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(text)?.[1] ?? '';
  return namesIn(line);
}

function readCpuFlags(): ReadonlySet<string> {
  try {
    if (process.platform === 'linux') return parseCpuInfo(readFileSync('/proc/cpuinfo', 'utf8'));
    const options = ['-n', 'machdep.cpu.features', 'machdep.cpu.leaf7_features'];
    return namesIn(execFileSync('sysctl', options, { encoding: 'utf8', timeout: 5000 }).toLowerCase());
  } catch {
    return new Set();
  }
}

const namesIn = (text: string): ReadonlySet<string> =>
  new Set(text.split(/\s+/).filter((name) => name !== ''));
