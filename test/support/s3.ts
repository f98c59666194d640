import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, constants, mkdtemp, mkdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { acquire } from '../../models/cache/lock.ts';
import { longhandHome } from '../../models/home.ts';
import { freePort } from './ports.ts';

const run = promisify(execFile);

/** The MinIO that is built where none is found: the module's version of 12 February 2026. */
const MODULE = 'github.com/minio/minio';
const VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';

/** Milliseconds: two cores build it in two to three minutes. */
export const BUILD_LIMIT = 400_000;
const START_LIMIT = 30_000;

/** A server's program, or why there is none. */
export type Located = { readonly path: string } | { readonly missing: string };

/**
 * Finds MinIO: `MINIO`, `PATH`, the cache of the tests' home; else builds it there with Go, once. Says on standard
 * error where there is none, for the tests that are then skipped.
 */
export async function locateMinio(): Promise<Located> {
  const folder = join(process.env.LONGHAND_TEST_HOME ?? longhandHome(), 'tools', `minio-${VERSION}`);
  const built = join(folder, 'minio');
  const named = process.env.MINIO;
  const candidates = named
    ? [named]
    : [...(process.env.PATH ?? '').split(delimiter).map((path) => join(path, 'minio')), built];
  for (const path of candidates) if (await isExecutable(path)) return { path };
  const missing = named ? `MINIO names ${named}, which is no program` : await build(folder, built);
  if (missing === null) return { path: built };
  process.stderr.write(`No S3 server, so its tests are skipped: ${missing}\n`);
  return { missing };
}

/** Builds MinIO at `path` in `folder`; gives why it cannot, or null. */
async function build(folder: string, path: string): Promise<string | null> {
  await mkdir(folder, { recursive: true });
  const lock = await acquire(join(folder, 'lock'));
  const drafts = await mkdtemp(join(folder, 'build-'));
  try {
    if (await isExecutable(path)) return null;
    process.stderr.write(`Building ${MODULE}, once, in two or three minutes …\n`);
    const env = { ...process.env, GOBIN: drafts };
    await run('go', ['install', `${MODULE}@${VERSION}`], { env, timeout: BUILD_LIMIT });
    await rename(join(drafts, 'minio'), path);
    return null;
  } catch (error) {
    return `${MODULE} could not be built: ${(error as Error).message}`;
  } finally {
    await rm(drafts, { recursive: true, force: true });
    await lock.release();
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** A real S3 server of a test's own, empty. Disposing it ends it and removes what it holds. */
export interface S3Server extends AsyncDisposable {
  readonly endpoint: string;
  /** The variables by which a program uses it. */
  readonly env: Readonly<Record<string, string>>;
  readonly client: S3Client;
  /** Makes a bucket; gives its name. */
  bucket(): Promise<string>;
}

/** Starts the program that `locateMinio` found, on a free port. It ends with this process, however that ends. */
export async function startS3(program: Located): Promise<S3Server> {
  if ('missing' in program) throw new Error(`Expected an S3 server: ${program.missing}`);
  const folder = await mkdtemp(join(tmpdir(), 'longhand-s3-'));
  const address = `127.0.0.1:${await freePort()}`;
  const secrets = { user: `key${randomBytes(6).toString('hex')}`, password: randomBytes(16).toString('hex') };
  const server = spawn(
    'sh',
    // Standard input is a pipe to this process: it ends with it, and the server with that.
    [
      '-c',
      '"$@" </dev/null & child=$!; read -r _; kill -9 $child',
      'sh',
      program.path,
      ...['server', '--quiet', '--address', address, folder],
    ],
    {
      env: {
        ...process.env,
        HOME: folder,
        MINIO_ROOT_USER: secrets.user,
        MINIO_ROOT_PASSWORD: secrets.password,
        MINIO_BROWSER: 'off',
        GOMEMLIMIT: '512MiB',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const stop = async () => {
    const ended = server.exitCode === null ? once(server, 'exit') : null;
    server.stdin.destroy();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const endpoint = `http://${address}`;
  try {
    await answers(endpoint, server);
  } catch (error) {
    await stop();
    throw error;
  }
  const credentials = { accessKeyId: secrets.user, secretAccessKey: secrets.password };
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  return {
    endpoint,
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: secrets.user,
      AWS_SECRET_ACCESS_KEY: secrets.password,
    },
    client,
    bucket: async () => {
      const Bucket = `test-${randomBytes(6).toString('hex')}`;
      await client.send(new CreateBucketCommand({ Bucket }));
      return Bucket;
    },
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await stop();
    },
  };
}

/** Waits until the server is ready to write. */
async function answers(endpoint: string, server: ChildProcess): Promise<void> {
  let said = '';
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (text) => (said += String(text)));
  const deadline = performance.now() + START_LIMIT;
  while (performance.now() < deadline) {
    const answer = await fetch(`${endpoint}/minio/health/cluster`).catch(() => null);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`Expected an S3 server at ${endpoint} within ${START_LIMIT} ms; it said: ${said}`);
}
