import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/** A processor without VNNI, which QEMU computes instruction by instruction (Debian's `qemu-user`). */
const EMULATOR = ['qemu-x86_64', '-cpu', 'Haswell'] as const;
const COMPILED = fileURLToPath(new URL('../../../dist/models/whisper/exact-products.js', import.meta.url));

const isEmulated = process.arch === 'x64' && process.platform === 'linux' && hasEmulator();

function hasEmulator(): boolean {
  try {
    execFileSync(EMULATOR[0], ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What the numerical check of a precision says there: `exact`, or its error. */
async function checkOnHaswell(precision: string): Promise<string> {
  const script = `const { demandExactProducts } = await import(${JSON.stringify(COMPILED)});
    await demandExactProducts('${precision}').then(() => 'exact', ({ code, message }) => code + ': ' + message).then(console.log);`;
  const [program, ...options] = EMULATOR;
  const args = [...options, process.execPath, '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(program, args, { timeout: 110_000 });
  return stdout.trim();
}

describe.skipIf(!isEmulated)('a processor without VNNI', { timeout: 120_000 }, () => {
  it('is refused int8, whose products it saturates', async () => {
    // 255 · 127 · 2 does not fit into 16 bits: 32,767 comes instead of 64,770.
    expect(await checkOnHaswell('int8')).toMatch(
      /^LH_PRECISION_INEXACT: Expected this processor to compute int8-rows of int8 as 256, but 2(\.\d+)? came/,
    );
  });

  it.each(['int7', 'int8-blocks', 'int4-blocks'])('computes %s exactly', async (precision) => {
    expect(await checkOnHaswell(precision)).toBe('exact');
  });
});
