import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../support/root.ts';

/** The environment of a user's shell: without what the `npm` that runs the tests tells its children. */
export function userEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$/i.test(name)));
}

/** What `npm pack` says of a package. */
export interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Packs what was built, as a release would, into `folder`. */
export async function pack(folder: string): Promise<Packed> {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: ROOT, env: userEnvironment() });
  const [packed] = JSON.parse(stdout) as Packed[];
  if (!packed) throw new Error(`Expected npm to pack one package, got ${stdout}`);
  return packed;
}

/** A project that has nothing but Longhand, installed from its package. */
export interface Project extends AsyncDisposable {
  readonly path: string;
  /** Longhand's folder in it. */
  readonly installed: string;
}

/** Makes an empty project and installs the package with the line that the README gives. */
export async function installInEmptyProject(): Promise<Project> {
  const path = await mkdtemp(join(tmpdir(), 'longhand-project-'));
  const project = join(path, 'project');
  await mkdir(project);
  const { filename } = await pack(path);
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'project', type: 'module' }));
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', join('..', filename)], {
    cwd: project,
    env: { ...userEnvironment(), ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
  return {
    path: project,
    installed: join(project, 'node_modules', 'longhand'),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
