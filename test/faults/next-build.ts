import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../support/root.ts';

/** A build beside the one under test, as a later release would be installed, in a folder of its own. */
export interface NextBuild extends AsyncDisposable {
  /** Its `longhand` command. */
  readonly main: string;
}

/** Workflows that are replayed as they were, and that leave a mark in every history that they begin. */
const WORKFLOWS = `
import { patched } from '@temporalio/workflow';
import { section as sectionBefore } from './section.js';
import { transcription as transcriptionBefore } from './transcription.js';
export function section(input) {
  patched('next-build');
  return sectionBefore(input);
}
export function transcription(request) {
  patched('next-build');
  return transcriptionBefore(request);
}`;

/** Another version of the package, with a bundle of changed workflows. */
export function nextBuild(): Promise<NextBuild> {
  return build(async (dist) => {
    await writeFile(join(dist, 'workflows/index.js'), WORKFLOWS);
    await promisify(execFile)(process.execPath, [join(dist, 'workers/bundle.js')]);
  });
}

/** Another version of the package, which builds graphs of another version. */
export function buildOfOtherGraphs(): Promise<NextBuild> {
  return build(async (dist) => {
    const file = join(dist, 'models/whisper/manifest.js');
    const source = await readFile(file, 'utf8');
    const changed = source.replace(
      /GRAPH_VERSION = (\d+)/,
      (_, version) => `GRAPH_VERSION = ${Number(version) + 1}`,
    );
    if (changed === source) throw new Error(`Expected ${file} to name the version of the graphs`);
    await writeFile(file, changed);
  });
}

async function build(change: (dist: string) => Promise<void>): Promise<NextBuild> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'longhand-next-')));
  const dist = join(folder, 'dist');
  await cp(join(ROOT, 'dist'), dist, { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const description = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as object;
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...description, version: '99.0.0' }));
  await change(dist);
  return {
    main: join(dist, 'client/cli/main.js'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
