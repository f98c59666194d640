import { execFile } from 'node:child_process';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lastWords } from './last-words.ts';

const run = promisify(execFile);

/** Milliseconds: whisper.cpp is built from its source. */
const LIMIT = 900_000;

/** A peer's program, or why there is none. */
export type Installed = { readonly program: string } | { readonly missing: string };

/** Python with `requirements` in a virtual environment at `folder`, made where it is not there yet. */
export async function installPython(
  folder: string,
  requirements: readonly string[],
  pipOptions: readonly string[] = [],
): Promise<Installed> {
  const program = join(folder, 'bin', 'python');
  return install(folder, program, async () => {
    await run('python3', ['-m', 'venv', folder]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(program, [...pip, ...pipOptions, ...requirements], { timeout: LIMIT });
  });
}

/** Node with `packages` in `folder`. */
export async function installNode(folder: string, packages: readonly string[]): Promise<Installed> {
  return install(folder, process.execPath, async () => {
    const npm = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', folder];
    // What ONNX Runtime would fetch besides is for CUDA.
    const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
    await run('npm', [...npm, ...packages], { env, timeout: LIMIT });
  });
}

async function install(folder: string, program: string, work: () => Promise<void>): Promise<Installed> {
  const done = join(folder, 'installed');
  if (
    await access(done).then(
      () => true,
      () => false,
    )
  )
    return { program };
  process.stderr.write(`Installing ${folder}, once …\n`);
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await work();
    await writeFile(done, '');
    return { program };
  } catch (error) {
    const { stderr = '', message } = error as Error & { readonly stderr?: string };
    return { missing: lastWords(stderr) || message };
  }
}
