import { execFileSync } from 'node:child_process';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCudaProvider } from '../../../models/whisper/device.ts';
import { GRAPH_VERSION } from '../../../models/whisper/manifest.ts';
import { ERRORS, type ErrorCode } from '../../../workflows/errors.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/search-attributes.ts';
import { testHome } from '../../support/home.ts';
import { longhand } from '../../support/longhand.ts';
import { madeDriver } from '../../support/made-driver.ts';
import { CLOSED } from '../../support/ports.ts';
import { startServer } from '../workflows/server.ts';
import { expectNothingLeft } from './command.ts';
import { canMount, mountAt } from './small-disk.ts';

const SUBJECTS = ['machine', 'home', 'server', 'store', 'models', 'ffmpeg', 'devices'];
const HAS_CUDA = await hasCudaProvider();
const SHARED = process.env.LONGHAND_TEST_HOME ?? '';
/** Folder of the weights in a home: `models`, `base`, the revision. */
const WEIGHTS = (process.env.LONGHAND_TEST_MODEL ?? '').split('/').slice(-3);

/** How a failure is made on a home: what the command is given, and another home where it needs one. */
interface Made {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly home?: string;
  readonly undo?: () => Promise<void>;
}

interface Failure {
  readonly name: string;
  readonly make: (home: string) => Promise<Made>;
  readonly subject: string;
  readonly code: ErrorCode;
  readonly next: string | RegExp;
}

let temporal: TestWorkflowEnvironment;
let outside: string;

beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'longhand-test-'));
  temporal = await startServer();
}, 30_000);

afterAll(async () => {
  await temporal.teardown();
  await rm(outside, { recursive: true });
});

const FAILURES: Failure[] = [
  {
    name: 'a server that is away',
    make: () => Promise.resolve({ args: ['--address', CLOSED] }),
    subject: 'server',
    code: 'LH_SERVER_UNREACHABLE',
    next: 'start a Temporal server there, or use the embedded one: LONGHAND_ADDRESS= longhand doctor',
  },
  {
    name: 'a server that is not Temporal',
    make: async () => {
      const server = createServer((socket) => socket.destroy());
      const undo = () => Promise.resolve(void server.close());
      return { args: ['--address', await addressOf(server)], undo };
    },
    subject: 'server',
    code: 'LH_SERVER_UNREACHABLE',
    next: 'start a Temporal server there, or use the embedded one: LONGHAND_ADDRESS= longhand doctor',
  },
  {
    name: 'a namespace that the server lacks',
    make: () => Promise.resolve({ args: ['--address', temporal.address, '--namespace', 'nowhere'] }),
    subject: 'server',
    code: 'LH_OPTION_INVALID',
    next: /^temporal operator namespace create --address \S+:\d+ --namespace nowhere$/,
  },
  {
    name: 'a home that is a file',
    make: async (home) => {
      const file = join(home, 'file');
      await writeFile(file, '');
      return { home: file };
    },
    subject: 'home',
    code: 'LH_NOT_WRITABLE',
    next: 'name a folder that you may write: LONGHAND_HOME=/path longhand doctor',
  },
  {
    name: 'a store that may not be written',
    // Not even root may make a folder there.
    make: () => Promise.resolve({ args: ['--store', '/sys/store'] }),
    subject: 'store',
    code: 'LH_NOT_WRITABLE',
    next: 'name a folder that you may write: longhand doctor --store /path',
  },
  {
    name: 'a store of a scheme that is none',
    make: () => Promise.resolve({ args: ['--store', 'ftp://somewhere/calls'] }),
    subject: 'store',
    code: 'LH_OPTION_INVALID',
    next: 'name a folder or a bucket: longhand doctor --store /path',
  },
  {
    name: 'a bucket whose region nobody says',
    make: (home) => {
      const nothing = { AWS_REGION: '', AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_S3: '' };
      const env = { ...nothing, ...keysOf(home) };
      return Promise.resolve({ args: ['--store', 's3://calls'], env });
    },
    subject: 'store',
    code: 'LH_OPTION_INVALID',
    next: 'set AWS_REGION, and name a bucket: longhand doctor --store s3://bucket/prefix',
  },
  {
    name: 'an S3 server that is away',
    make: (home) => {
      const env = { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_S3: `http://${CLOSED}`, ...keysOf(home) };
      return Promise.resolve({ args: ['--store', 's3://calls'], env });
    },
    subject: 'store',
    code: 'LH_STORE_UNREACHABLE',
    next: 'set AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, then: longhand doctor',
  },
  {
    name: 'graphs of which one byte is another',
    make: async (home) => {
      const graphs = join(...WEIGHTS.slice(1), `int8-v${GRAPH_VERSION}`);
      await damage(home, join('graphs', graphs), 'mel.onnx');
      return {};
    },
    subject: 'models',
    code: 'LH_CHECKSUM',
    next: 'longhand models remove base && longhand models pull base',
  },
  {
    name: 'weights of which one byte is another, and no source of others',
    make: async (home) => {
      await damage(home, join(...WEIGHTS), 'vocabulary.txt');
      const nowhere = `http://${CLOSED}`;
      return {
        env: { LONGHAND_MODELS: '', HF_ENDPOINT: nowhere, PIP_INDEX_URL: nowhere, PIP_RETRIES: '0' },
      };
    },
    subject: 'models',
    code: 'LH_FETCH_FAILED',
    next: 'with a network: longhand models pull base; without: LONGHAND_MODELS, as said above',
  },
  {
    name: 'programs in the place of ffmpeg that are none, and no others',
    make: async (home) => {
      await rm(join(home, 'tools'));
      const none = { LONGHAND_FFMPEG: process.execPath, LONGHAND_FFPROBE: process.execPath };
      return { env: { ...none, PATH: outside } };
    },
    subject: 'ffmpeg',
    code: 'LH_FFMPEG_MISSING',
    next: /^(sudo apt-get|brew) install ffmpeg$/,
  },
];

describe('doctor', { timeout: 120_000 }, () => {
  it('finds all that is needed', async () => {
    await using home = await testHome();
    const { status, stdout, stderr } = await longhand(home.path, ['doctor']).outcome;
    expect(status, stdout + stderr).toBe(0);
    expect(found(stdout)).toEqual(SUBJECTS.map((subject) => ['ok', subject]));
    await expectNothingLeft(home.path);
  });

  it('looks at the namespace and the search attributes of a server that was named', async () => {
    await using home = await testHome();
    const { status, stdout } = await longhand(home.path, ['doctor', '--address', temporal.address]).outcome;
    expect(stdout).toContain(`${temporal.address}, namespace default\n`);
    expect(stdout).toMatch(/^ok +attributes +registered in default$/m);
    expect(status, stdout).toBe(0);
  });

  it.each(FAILURES)('says of $name its code and the next step', async ({ make, subject, code, next }) => {
    await using home = await testHome();
    const { args = [], env = {}, home: path = home.path, undo } = await make(home.path);
    const { status, stdout, stderr } = await longhand(path, ['doctor', ...args], env).outcome;
    await undo?.();
    expectFailure(stdout, subject, code, next);
    // What comes after was looked at as well.
    expect(stdout).toMatch(/^ok +devices/m);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(ERRORS[code].exit);
  });

  it.skipIf(!canMount())('says of a disk without room its code and the next step', async () => {
    await using home = await testHome();
    const small = join(home.path, 'home');
    const disk = await mountAt(small, '64m');
    for (const folder of ['models', 'graphs', 'tools']) {
      await symlink(join(home.path, folder), join(small, folder));
    }
    const { status, stdout } = await longhand(small, ['doctor']).outcome;
    await disk[Symbol.asyncDispose]();
    const next = 'make room, or name a folder on another disk: LONGHAND_HOME=/path longhand doctor';
    expectFailure(stdout, 'home', 'LH_DISK_FULL', next);
    expect(status).toBe(ERRORS.LH_DISK_FULL.exit);
  });

  it('warns of a server that keeps no search attributes, and does not fail', async () => {
    await using home = await testHome();
    const server = createHttp2Server().on('stream', answerWithoutOperator);
    const address = await addressOf(server);
    const { status, stdout } = await longhand(home.path, ['doctor', '--address', address]).outcome;
    server.close();
    const [, step] = /^warning +attributes +default lacks some; .*memo\n +next: (.+)$/m.exec(stdout) ?? [];
    expect(step, stdout).toMatch(
      /^temporal operator search-attribute create --address \S+ --namespace default /,
    );
    for (const { name } of Object.values(SEARCH_ATTRIBUTES)) {
      expect(step).toContain(` --name ${name} --type Keyword`);
    }
    expect(status).toBe(0);
  });

  it.skipIf(HAS_CUDA)('warns of a card that ONNX Runtime has no libraries for', async () => {
    await using home = await testHome();
    const env = await madeDriver(home.path);
    const { status, stdout } = await longhand(home.path, ['doctor'], env).outcome;
    expect(stdout).toMatch(
      /^warning +devices +cuda:0 \(NVIDIA L4, 23\.1 GB of 24\.2 GB free\), cuda:1 \(.*\), cpu \(.*, \d+ threads, .* free\), but .*\n +next: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node$/m,
    );
    expect(status).toBe(0);
  });

  it('names a command that makes the namespace', async () => {
    await using home = await testHome();
    const args = ['doctor', '--address', temporal.address, '--namespace', 'calls', '--json'];
    const before = documentsOf((await longhand(home.path, args).outcome).stdout);
    const next = before.find(({ subject }) => subject === 'server')?.next ?? '';
    const folder = dirname(process.env.TEMPORAL_CLI ?? '');
    execFileSync('sh', ['-c', next], { env: { ...process.env, PATH: `${folder}:${process.env.PATH}` } });
    const after = documentsOf((await longhand(home.path, args).outcome).stdout);
    expect(after.find(({ subject }) => subject === 'server')).toMatchObject({ verdict: 'ok', next: null });
  });

  it('writes one array of documents with --json', async () => {
    await using home = await testHome();
    const args = ['doctor', '--store', 'ftp://somewhere', '--json'];
    const { status, stdout } = await longhand(home.path, args).outcome;
    expect(status).toBe(ERRORS.LH_OPTION_INVALID.exit);
    const well = { verdict: 'ok', found: expect.stringMatching(/./) as string, code: null, next: null };
    expect(documentsOf(stdout)).toEqual(
      SUBJECTS.map((subject) =>
        subject !== 'store'
          ? { subject, ...well }
          : {
              subject,
              verdict: 'failed',
              found: expect.stringContaining('ftp://somewhere') as string,
              code: 'LH_OPTION_INVALID',
              next: expect.stringContaining('longhand doctor --store') as string,
            },
      ),
    );
  });
});

type Document = Readonly<Record<'subject' | 'verdict' | 'found', string>> &
  Readonly<Record<'code' | 'next', string | null>>;

const documentsOf = (stdout: string): Document[] => JSON.parse(stdout) as Document[];

/** Verdict and subject of each line. */
const found = (stdout: string): string[][] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/ +/).slice(0, 2));

/** The subject's line, with its code and a sentence, and its next step in the line below. */
function expectFailure(stdout: string, subject: string, code: ErrorCode, next: string | RegExp): void {
  const lines = stdout.split('\n');
  const at = lines.findIndex((line) => new RegExp(`^failed +${subject} +${code}: .{20}`).test(line));
  expect(at, stdout).toBeGreaterThanOrEqual(0);
  const [, step = ''] = /^ +next: (.+)$/.exec(lines[at + 1] ?? '') ?? [];
  if (typeof next === 'string') expect(step).toBe(next);
  else expect(step).toMatch(next);
}

/** Credentials of S3, and no files of the machine's own that say where it is. */
const keysOf = (home: string): NodeJS.ProcessEnv => ({
  AWS_ACCESS_KEY_ID: 'longhand',
  AWS_SECRET_ACCESS_KEY: 'longhand-local',
  AWS_CONFIG_FILE: join(home, 'none'),
  AWS_SHARED_CREDENTIALS_FILE: join(home, 'none'),
});

/** Answers every call of gRPC with an empty message, but for those of an operator, which it does not have. */
function answerWithoutOperator(stream: ServerHttp2Stream, headers: Record<string, unknown>): void {
  const answer = { ':status': 200, 'content-type': 'application/grpc' };
  if (String(headers[':path']).includes('operatorservice')) {
    stream.respond({ ...answer, 'grpc-status': '12' }, { endStream: true });
    return;
  }
  stream.respond(answer, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.alloc(5));
}

async function addressOf(server: Pick<Server, 'listen' | 'address'> & NodeJS.EventEmitter): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Gives the home a folder of its own, links but for one file, whose last byte is another. */
async function damage(home: string, folder: string, file: string): Promise<void> {
  const [from, to] = [join(SHARED, folder), join(home, folder)];
  await rm(join(home, folder.split('/')[0] ?? ''));
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if (name !== file && !name.startsWith('.')) await symlink(join(from, name), join(to, name));
  }
  const bytes = await readFile(join(from, file));
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(join(to, file), bytes);
}
