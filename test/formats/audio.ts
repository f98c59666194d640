import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';
import { decode } from '../../activities/media/ffmpeg.ts';
import { locateFfmpeg } from '../../activities/media/locate.ts';
import { longhandHome } from '../../models/home.ts';

/** The machine's ffmpeg, or the fetched one. */
export const FFMPEG = await locateFfmpeg({ home: longhandHome() });

/** Path of a file of the test audio. */
export const audio = (file: string): string => fileURLToPath(new URL(`../audio/${file}`, import.meta.url));

export interface Clip {
  readonly file: string;
  readonly duration: number | null;
  readonly sha256: string;
}

/** The clips of one folder of the test audio. */
export async function clipsOf(folder: string): Promise<Clip[]> {
  const { clips } = JSON.parse(await readFile(audio('manifest.json'), 'utf8')) as { clips: Clip[] };
  return clips.filter(({ file }) => file.startsWith(`${folder}/`));
}

/** All samples of a file, as bytes. */
export async function decodeAll(path: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of decode(FFMPEG, path)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Makes a file with ffmpeg. */
export const make = (...args: string[]): Promise<unknown> =>
  promisify(execFile)(FFMPEG.ffmpeg, ['-nostdin', '-v', 'error', '-y', ...args]);

/** A folder for the tests of one file, removed after them. Gives a function that makes paths in it. */
export function temporaryFolder(): (name: string) => string {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longhand-test-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}
