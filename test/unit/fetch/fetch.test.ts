import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer as createSecureServer } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readAllowed } from '../../../activities/fetch/allowed.ts';
import { fetchSource } from '../../../activities/fetch/fetch.ts';
import { LIMITS, type Limits } from '../../../activities/fetch/limits.ts';
import { openFolderStore } from '../../../activities/store/folder.ts';
import { sourceKey } from '../../../activities/store/keys.ts';
import type { Store } from '../../../activities/store/store.ts';
import type { Source } from '../../../workflows/contract.ts';
import type { LonghandError } from '../../../workflows/errors.ts';
import { cutAfter, status, WebServer, whole, type Behaviour } from '../../support/web-server.ts';

const BYTES = randomBytes(300_000);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let web: WebServer;
let folder: string;
let store: Store;
let jobs = 0;

beforeEach(async () => {
  web = await WebServer.start();
  folder = await mkdtemp(join(tmpdir(), 'longhand-fetch-'));
  store = await openFolderStore(folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  expect(await readdir(join(folder, '.tmp'))).toEqual([]);
  await web[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A key and a certificate of `localhost` that no one has signed but itself. */
function makeCertificate(folder: string): { key: Buffer; cert: Buffer } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-subj',
    '/CN=localhost',
  ];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

interface Given {
  /** What `LONGHAND_FETCH_ALLOW` says. @default the web server's own address */
  readonly allow?: string;
  readonly job?: string;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<Limits>;
  readonly environment?: NodeJS.ProcessEnv;
  readonly onProgress?: (bytes: number, total: number | null) => void;
}

function fetch(uri: string, { allow, job, limits, signal, ...given }: Given = {}): Promise<Source> {
  jobs += 1;
  return fetchSource(
    { job: job ?? `job-${jobs}`, source: { uri, name: 'talk.mp3', sha256: null } },
    {
      store,
      mayConnect: readAllowed({ LONGHAND_FETCH_ALLOW: allow ?? `127.0.0.1:${web.port}` }),
      signal: signal ?? new AbortController().signal,
      limits: { ...LIMITS, pause: 5, stall: 400, answer: 400, ...limits },
      ...given,
    },
  );
}

async function failure(uri: string, given: Given = {}): Promise<LonghandError> {
  const failed = await fetch(uri, given).then(
    () => null,
    (error: unknown) => error as LonghandError,
  );
  if (failed === null) throw new Error('Expected the fetch to fail');
  expect(failed.cause).toBeUndefined();
  return failed;
}

const fetched = (bytes: Buffer): Source => ({
  uri: `store:${sourceKey(sha256(bytes))}`,
  name: 'talk.mp3',
  sha256: sha256(bytes),
});

describe('a source by URL', () => {
  it('is in the store as one that was uploaded, and says how far it is', async () => {
    const told: (number | null)[][] = [];
    const source = await fetch(web.on('/talk.mp3', whole(BYTES)), { onProgress: (...all) => told.push(all) });
    expect(source).toEqual(fetched(BYTES));
    expect(await store.get(sourceKey(source.sha256))).toEqual(BYTES);
    expect(told.at(-1)).toEqual([BYTES.length, BYTES.length]);
    expect(web.headers[0]).toMatchObject({ 'accept-encoding': 'identity' });
  });

  it('is what the job has fetched before, whatever is there by now', async () => {
    const url = web.on('/talk.mp3', whole(BYTES), status(404));
    await fetch(url, { job: 'one' });
    expect(await fetch(url, { job: 'one' })).toEqual(fetched(BYTES));
    expect(await failure(url, { job: 'two' })).toMatchObject({ code: 'LH_SOURCE_MISSING' });
  });

  it('of a job is what the first of two attempts at once has committed', async () => {
    const other = randomBytes(1000);
    const first = web.on('/first', whole(BYTES));
    const late: Behaviour = (response, request) => {
      void fetch(first, { job: 'one' }).then(() => whole(other)(response, request));
    };
    expect(await fetch(web.on('/late', late), { job: 'one' })).toEqual(fetched(BYTES));
  });

  it('may have a body of no announced length, sent in pieces', async () => {
    const pieces: Behaviour = (response) => {
      response.write(BYTES.subarray(0, 1000));
      response.end(BYTES.subarray(1000));
    };
    expect(await fetch(web.on('/talk.mp3', pieces))).toEqual(fetched(BYTES));
  });

  it('is that of the secret that the worker holds', async () => {
    const url = `${web.on('/talk.mp3', whole(BYTES))}?token=hush-4711`;
    expect(await fetch('secret:TALK', { environment: { LONGHAND_SECRET_TALK: url } })).toEqual(
      fetched(BYTES),
    );
  });

  it('is given up where the activity is, and leaves nothing', async () => {
    const endless: Behaviour = (response) => void response.write(BYTES.subarray(0, 1000));
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const fetching = fetch(web.on('/talk.mp3', endless), {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(fetching).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual(['.tmp']);
  });
});

describe('an address', () => {
  const refused = {
    code: 'LH_SOURCE_ADDRESS',
    message: expect.stringContaining('LONGHAND_FETCH_ALLOW') as string,
  };

  it('that is not public is refused, and no request made', async () => {
    const { port } = web;
    web.on('/talk.mp3', whole(BYTES));
    for (const host of [
      '127.0.0.1',
      '127.1',
      '0x7f000001',
      '2130706433',
      '[::ffff:127.0.0.1]',
      '0.0.0.0',
      '[::1]',
    ]) {
      expect(await failure(`http://${host}:${port}/talk.mp3`, { allow: '' })).toMatchObject(refused);
    }
    expect(web.requests).toEqual([]);
  });

  it('that a name leads to is looked at when the connection is made', async () => {
    web.on('/talk.mp3', whole(BYTES));
    const url = `http://localhost:${web.port}/talk.mp3`;
    expect(await failure(url, { allow: '' })).toMatchObject(refused);
    expect(await failure(url, { allow: 'localhost:1' })).toMatchObject(refused);
    expect(web.requests).toEqual([]);
    expect(await fetch(url, { allow: `localhost:${web.port}` })).toEqual(fetched(BYTES));
    expect(await fetch(url, { allow: '127.0.0.0/8' })).toEqual(fetched(BYTES));
  });

  it('that a redirect leads to is looked at as well', async () => {
    await using inner = await WebServer.start();
    const target = inner.on('/secret', whole(BYTES));
    for (const location of [
      target,
      target.replace('127.0.0.1', 'localhost'),
      'http://169.254.169.254/latest/',
    ]) {
      const url = web.on('/talk.mp3', status(302, { location }));
      expect(await failure(url)).toMatchObject(refused);
    }
    expect(inner.requests).toEqual([]);
    expect(
      await fetch(web.on('/talk.mp3', status(307, { location: target })), { allow: '127.0.0.1' }),
    ).toEqual(fetched(BYTES));
  });
});

describe('a redirect', () => {
  it('is followed, relative ones too, at most five times', async () => {
    web.on('/talk.mp3', whole(BYTES));
    for (let hop = 1; hop <= 5; hop++)
      web.on(`/${hop}`, status(301, { location: hop === 1 ? 'talk.mp3' : `/${hop - 1}` }));
    expect(await fetch(`http://127.0.0.1:${web.port}/5`)).toEqual(fetched(BYTES));
    expect(await failure(web.on('/6', status(301, { location: '/5' })))).toMatchObject({
      code: 'LH_SOURCE_ANSWER',
    });
  });

  it('in a circle is refused', async () => {
    const url = web.on('/talk.mp3', status(302, { location: '/talk.mp3' }));
    expect(await failure(url)).toMatchObject({
      code: 'LH_SOURCE_ANSWER',
      message: expect.stringContaining('more than 5 redirects') as string,
    });
    expect(web.requests.length).toBe(6);
  });

  it('from an encrypted to an unencrypted URL is refused, and a certificate that nobody vouches for', async () => {
    const location = web.on('/talk.mp3', whole(BYTES));
    const secure = createSecureServer(makeCertificate(folder), (request, response) =>
      status(302, { location })(response, request),
    ).listen(0, '127.0.0.1');
    await once(secure, 'listening');
    const url = `https://localhost:${(secure.address() as AddressInfo).port}/talk.mp3`;
    const untrusted = await failure(url, { allow: '127.0.0.1,::1' });
    expect(untrusted).toMatchObject({
      code: 'LH_SOURCE_ANSWER',
      message: expect.stringContaining('CERT') as string,
    });
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const refused = await failure(url, { allow: '127.0.0.1,::1' });
    expect(refused).toMatchObject({
      code: 'LH_SOURCE_ANSWER',
      message: expect.stringContaining('unencrypted') as string,
    });
    expect(web.requests).toEqual([]);
    secure.closeAllConnections();
    secure.close();
  });

  it.each([
    ['a file', 'file:///etc/passwd'],
    ['another scheme', 'ftp://example.org/a'],
    ['a password', 'http://hush-4711:x@127.0.0.1/'],
    ['no place', ''],
  ])('to %s is refused', async (_, location) => {
    const error = await failure(web.on('/talk.mp3', status(302, location === '' ? {} : { location })));
    expect(error.code).toBe('LH_SOURCE_ANSWER');
    expect(error.message).not.toContain('hush-4711');
  });
});

describe('a body', () => {
  it('that breaks off is gone on with where it stopped', async () => {
    const url = web.on('/talk.mp3', cutAfter(BYTES, 100_000), cutAfter(BYTES, 100_000), whole(BYTES));
    expect(await fetch(url)).toEqual(fetched(BYTES));
    expect(web.requests).toEqual(['/talk.mp3', '/talk.mp3 bytes=100000-', '/talk.mp3 bytes=200000-']);
  });

  it('that has changed meanwhile is taken from its beginning', async () => {
    const other = randomBytes(200_000);
    const url = web.on('/talk.mp3', cutAfter(BYTES, 100_000), whole(other, '"2"'));
    expect(await fetch(url)).toEqual(fetched(other));
  });

  it('is taken from its beginning where nothing tells its bytes from others', async () => {
    const weak = (bytes: number): Behaviour => cutAfter(BYTES, bytes, 'W/"1"');
    const url = web.on('/talk.mp3', weak(100_000), weak(150_000), whole(BYTES, 'W/"1"'));
    expect(await fetch(url)).toEqual(fetched(BYTES));
    expect(web.requests).toEqual(['/talk.mp3', '/talk.mp3', '/talk.mp3']);
  });

  it('is gone on with by its time of modification', async () => {
    const modified = 'Wed, 21 Oct 2015 07:28:00 GMT';
    const half: Behaviour = (response) => {
      response.writeHead(200, { 'last-modified': modified, 'content-length': BYTES.length });
      response.write(BYTES.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20));
    };
    expect(await fetch(web.on('/talk.mp3', half, whole(BYTES, modified)))).toEqual(fetched(BYTES));
    expect(web.requests[1]).toBe('/talk.mp3 bytes=100000-');
  });

  it('whose rest is another than was asked for is taken from its beginning', async () => {
    const wrong: Behaviour = (response) => {
      const range = `bytes 0-${BYTES.length - 1}/${BYTES.length}`;
      response.writeHead(206, { 'content-range': range, 'content-length': BYTES.length }).end(BYTES);
    };
    const url = web.on('/talk.mp3', cutAfter(BYTES, 100_000), wrong, whole(BYTES));
    expect(await fetch(url)).toEqual(fetched(BYTES));
    expect(web.requests).toEqual(['/talk.mp3', '/talk.mp3 bytes=100000-', '/talk.mp3']);
  });

  it('that always ends before its length is not taken, and a retry of the activity tries again', async () => {
    const url = web.on('/talk.mp3', cutAfter(BYTES, 1000, 'W/"1"'));
    expect(await failure(url)).toMatchObject({ code: 'LH_SOURCE_UNREACHABLE' });
    expect(web.requests.length).toBe(1 + LIMITS.tries + 1);
    expect(await readdir(folder)).toEqual(['.tmp']);
  });

  it('that is longer than its length is not taken', async () => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n';
    for (const text of [`${head}four and more`, `${head}four`]) {
      const server = createServer((socket) => socket.on('error', () => undefined).end(text)).listen(
        0,
        '127.0.0.1',
      );
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const fetching = fetch(`http://127.0.0.1:${port}/`, { allow: '127.0.0.1' });
      if (text.endsWith('more')) await expect(fetching).rejects.toMatchObject({ code: 'LH_SOURCE_ANSWER' });
      else expect(await fetching).toEqual(fetched(Buffer.from('four')));
      server.close();
    }
  });

  it('that falls silent is gone on with, and given up where it stays silent', async () => {
    const stalling: Behaviour = (response) => {
      response.writeHead(200, { etag: '"1"', 'content-length': BYTES.length });
      response.write(BYTES.subarray(0, 1000));
    };
    expect(await fetch(web.on('/talk.mp3', stalling, whole(BYTES)))).toEqual(fetched(BYTES));
    const silent = web.on('/silent', () => undefined);
    expect(await failure(silent)).toMatchObject({
      code: 'LH_SOURCE_UNREACHABLE',
      message: expect.stringContaining('no answer came within 0.4 seconds') as string,
    });
  });

  it('that is too large is refused by its length, or while it comes', async () => {
    const limits = { bytes: BYTES.length - 1 };
    const pieces: Behaviour = (response) => {
      for (let from = 0; from < BYTES.length; from += 50_000)
        response.write(BYTES.subarray(from, from + 50_000));
      response.end();
    };
    for (const behaviour of [whole(BYTES), pieces]) {
      expect(await failure(web.on('/talk.mp3', behaviour), { limits })).toMatchObject({
        code: 'LH_SOURCE_LIMIT',
      });
    }
    expect(await readdir(folder)).toEqual(['.tmp']);
  });

  it('that drips is given up after the whole time', async () => {
    const drip: Behaviour = (response) => {
      const timer = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(timer));
    };
    expect(await failure(web.on('/talk.mp3', drip), { limits: { total: 500 } })).toMatchObject({
      code: 'LH_SOURCE_LIMIT',
    });
  });

  it('that is compressed is refused, and one without bytes', async () => {
    const gzip: Behaviour = (response) =>
      void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(BYTES));
    expect(await failure(web.on('/talk.mp3', gzip))).toMatchObject({
      code: 'LH_SOURCE_ANSWER',
      message: expect.stringContaining('"gzip"') as string,
    });
    expect(await failure(web.on('/talk.mp3', status(200)))).toMatchObject({ code: 'LH_SOURCE_EMPTY' });
  });

  it('with headers of many kilobytes is refused', async () => {
    const url = web.on('/talk.mp3', status(200, { 'x-many': 'x'.repeat(20_000) }));
    expect(await failure(url)).toMatchObject({ code: 'LH_SOURCE_ANSWER' });
  });
});

describe('what a server answers', () => {
  it.each([
    [204, 'LH_SOURCE_ANSWER'],
    [400, 'LH_SOURCE_ANSWER'],
    [401, 'LH_SOURCE_FORBIDDEN'],
    [403, 'LH_SOURCE_FORBIDDEN'],
    [404, 'LH_SOURCE_MISSING'],
    [408, 'LH_SOURCE_UNREACHABLE'],
    [410, 'LH_SOURCE_MISSING'],
    [429, 'LH_SOURCE_UNREACHABLE'],
    [500, 'LH_SOURCE_UNREACHABLE'],
    [503, 'LH_SOURCE_UNREACHABLE'],
  ])('%d is %s', async (code, expected) => {
    expect(await failure(web.on('/talk.mp3', status(code)))).toMatchObject({ code: expected });
  });

  it('nobody there is for a retry, no such host for some, and no HTTP for none', async () => {
    const gone = await WebServer.start();
    const url = gone.on('/talk.mp3', status(200));
    await gone[Symbol.asyncDispose]();
    expect(await failure(url, { allow: '127.0.0.1' })).toMatchObject({ code: 'LH_SOURCE_UNREACHABLE' });
    expect(await failure(url.replace('http', 'https'), { allow: '127.0.0.1' })).toMatchObject({
      code: 'LH_SOURCE_UNREACHABLE',
    });
    const secure = web.on('/talk.mp3', status(200)).replace('http', 'https');
    expect(await failure(secure)).toMatchObject({ code: 'LH_SOURCE_ANSWER' });
    expect((await failure('http://no-such-host.invalid/')).code).toMatch(/^LH_SOURCE_(HOST|UNREACHABLE)$/);
  });
});

describe('an error', () => {
  it('shows nothing of a secret but its name, and of a URL no query', async () => {
    const behaviours = [
      status(404),
      status(503),
      status(302, { location: 'http://10.0.0.1/hush-4711?hush-4711' }),
      status(302, { location: 'ftp://hush-4711' }),
      status(200),
      (response) => response.destroy(),
    ] satisfies Behaviour[];
    for (const behaviour of behaviours) {
      const url = `${web.on('/hush-4711', behaviour)}?token=hush-4711`;
      const hidden = await failure('secret:TALK', { environment: { LONGHAND_SECRET_TALK: url } });
      expect(JSON.stringify([hidden.message, hidden.stack, hidden.details])).not.toMatch(
        /hush-4711|10\.0\.0\.1/,
      );
      expect(hidden.message).toContain('secret:TALK');
      const shown = await failure(`${web.on('/talk.mp3', behaviour)}?token=hush-4711`);
      expect(JSON.stringify([shown.message, shown.stack, shown.details])).not.toContain('hush-4711');
      expect(shown.message).toContain(`127.0.0.1:${web.port}/talk.mp3?…`);
    }
  });
});
