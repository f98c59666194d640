import { describe, expect, it } from 'vitest';
import {
  multipliesRowsUnpacked,
  parseCpuInfo,
  saturatesProducts,
} from '../../../models/whisper/cpu-flags.ts';

const x64 = (
  flags: string,
) => `processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: ${flags}\nbugs\t\t: spectre_v1\n
processor\t: 1\nflags\t\t: ${flags}\n`;
const arm64 = (features: string) =>
  `processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: ${features}\nCPU part\t: 0xd0c\n`;

describe('a row of 8 bits by a matrix', () => {
  it.each([
    ['Haswell', 'x64', x64('avx f16c fma avx2 bmi2'), true],
    ['Zen 4', 'x64', x64('avx2 avx512f avx512_vnni avx512_bf16'), true],
    ['Sapphire Rapids', 'x64', x64('avx2 avx512_vnni amx_bf16 amx_tile amx_int8'), false],
    ['Westmere', 'x64', x64('sse4_1 sse4_2 aes'), false],
    ['no flags to be read', 'x64', '', false],
    ['Graviton 3', 'arm64', arm64('fp asimd asimddp sve i8mm bf16'), false],
  ] as const)('is multiplied as it lies in memory or not on %s', (_, arch, text, isUnpacked) => {
    expect(multipliesRowsUnpacked(arch, parseCpuInfo(text))).toBe(isUnpacked);
  });
});

describe('8-bit products of ONNX Runtime', () => {
  it.each([
    ['Haswell', 'x64', x64('fpu sse4_2 avx f16c fma avx2 bmi2'), true],
    ['Skylake-X, AVX-512 without VNNI', 'x64', x64('avx2 avx512f avx512dq avx512cd avx512bw avx512vl'), true],
    ['Zen 3', 'x64', x64('avx avx2 vaes vpclmulqdq'), true],
    ['Cascade Lake', 'x64', x64('avx2 avx512f avx512bw avx512vl avx512_vnni'), false],
    ['Alder Lake', 'x64', x64('avx2 avx_vnni gfni vaes'), false],
    ['Sapphire Rapids', 'x64', x64('avx_vnni avx512_bf16 avx512_vnni amx_bf16 amx_tile amx_int8'), false],
    ['no flags to be read', 'x64', '', true],
    ['Graviton 2', 'arm64', arm64('fp asimd evtstrm aes asimddp'), false],
    ['Graviton 3', 'arm64', arm64('fp asimd asimddp sve i8mm bf16'), false],
    ['Cortex-A72', 'arm64', arm64('fp asimd evtstrm crc32'), false],
  ] as const)('saturate or not on %s', (_, arch, text, saturates) => {
    expect(saturatesProducts(arch, parseCpuInfo(text))).toBe(saturates);
  });

  it('reads the names of both kinds of processors', () => {
    expect([...parseCpuInfo(x64('fpu  avx2'))]).toEqual(['fpu', 'avx2']);
    expect([...parseCpuInfo(arm64('asimd i8mm'))]).toEqual(['asimd', 'i8mm']);
  });

  it('knows the names of macOS', () => {
    expect(saturatesProducts('x64', new Set('avx2 avx512f avx512vnni'.split(' ')))).toBe(false);
  });
});
