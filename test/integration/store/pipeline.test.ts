import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sourceKey } from '../../../activities/store/keys.ts';
import { openStore } from '../../../activities/store/open.ts';
import type { WorkerSettings } from '../../../workers/settings.ts';
import {
  MEDIA_QUEUE,
  type Transcript,
  type TranscriptionRequest,
  type TranscriptionResult,
} from '../../../workflows/contract.ts';
import { testHome, type TestHome } from '../../support/home.ts';
import { longAudio } from '../../support/long-audio.ts';
import { BUILD_LIMIT, locateMinio, startS3, type S3Server } from '../../support/s3.ts';
import { startServer } from '../workflows/server.ts';
import { PLAIN } from '../../support/options.ts';

const MINIO = await locateMinio();
const TIME_LIMIT = 300_000;
/** More chunks than the engines take at once. */
const MINUTES = 9;
const FORMATS = ['json', 'srt', 'tsv', 'txt', 'vtt'] as const;

type Kind = 'media' | 'gpu';

describe.skipIf('missing' in MINIO)('a transcription by workers that share nothing but S3', () => {
  let server: S3Server;
  let temporal: TestWorkflowEnvironment;
  let home: TestHome;
  let audio = '';
  let bucket = '';
  const workers: Record<Kind, ChildProcess | null> = { media: null, gpu: null };

  beforeAll(async () => {
    [server, temporal, home, audio] = await Promise.all([
      startS3(MINIO),
      startServer(),
      testHome(),
      longAudio(MINUTES),
    ]);
    bucket = await server.bucket();
    for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
  }, BUILD_LIMIT);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await home[Symbol.asyncDispose]();
    await temporal.teardown();
    await server[Symbol.asyncDispose]();
    await rm(dirname(audio), { recursive: true });
  });

  /** Starts a worker's process on a store, and waits until it takes work. */
  async function startWorker(kind: Kind, store: string): Promise<void> {
    const settings: WorkerSettings = {
      home: home.path,
      address: temporal.address,
      namespace: temporal.namespace ?? 'default',
      model: 'base',
      store,
      device: 'cpu',
    };
    const main = fileURLToPath(new URL(`../../../dist/workers/${kind}.js`, import.meta.url));
    const worker = fork(main, [JSON.stringify(settings)], {
      env: { ...process.env, LONGHAND_HOME: home.path },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    workers[kind] = worker;
    for (;;) {
      const [status] = (await once(worker, 'message')) as [{ type: string; message?: string }];
      if (status.type === 'ready') return;
      if (status.type === 'failed') throw new Error(`Expected a ${kind} worker, got: ${status.message}`);
    }
  }

  const start = (store: string) => Promise.all([startWorker('media', store), startWorker('gpu', store)]);

  async function end(kind: Kind, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const worker = workers[kind];
    if (!worker || worker.exitCode !== null) return;
    const ended = once(worker, 'exit');
    worker.kill(signal);
    await ended;
  }

  /** The texts of all outputs, by format. */
  async function outputs(url: string, result: TranscriptionResult): Promise<Record<string, string>> {
    const store = await openStore(url);
    const root = store.uri('x').slice(0, -1);
    const texts = await Promise.all(
      result.outputs.map(async ({ format, uri }) => {
        expect(uri.startsWith(root)).toBe(true);
        return [format, ((await store.get(uri.slice(root.length))) ?? '').toString()] as const;
      }),
    );
    return Object.fromEntries(texts);
  }

  async function committedChunks(prefix: string): Promise<number> {
    const { KeyCount } = await server.client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}/chunks/` }),
    );
    return KeyCount ?? 0;
  }

  it(
    'has the bytes of one in a folder, though its workers are killed in the middle',
    async () => {
      const sha256 = createHash('sha256')
        .update(await readFile(audio))
        .digest('hex');
      const run = (uri: string, workflowId: string) => {
        const options = {
          ...PLAIN,
          language: 'auto',
          model: 'base',
          ladder: ['int8'],
          formats: FORMATS,
          out: null,
        } as const;
        const request: TranscriptionRequest = {
          source: { uri, name: 'talk.wav', sha256 },
          options,
          tenant: null,
        };
        return temporal.client.workflow.start<
          (request: TranscriptionRequest) => Promise<TranscriptionResult>
        >('transcription', { taskQueue: MEDIA_QUEUE, workflowId, args: [request] });
      };

      const folder = join(home.path, 'store');
      await start(folder);
      const calm = await (await run(pathToFileURL(audio).href, 'calm')).result();
      const expected = await outputs(folder, calm);
      expect(expected.txt).toContain('ask not what your country can do for you');
      await Promise.all([end('media', 'SIGTERM'), end('gpu', 'SIGTERM')]);

      const s3 = `s3://${bucket}/killed`;
      await (await openStore(s3)).putCopy(sourceKey(sha256), audio, sha256);
      await start(s3);
      const handle = await run(`store:${sourceKey(sha256)}`, 'killed');
      while ((await committedChunks('killed')) === 0) await sleep(20);
      await Promise.all([end('media', 'SIGKILL'), end('gpu', 'SIGKILL')]);
      const { chunks } = JSON.parse(expected.json ?? '') as Transcript;
      expect(await committedChunks('killed')).toBeLessThan(chunks.length);
      expect((await handle.describe()).status.name).toBe('RUNNING');

      await start(s3);
      const result = await handle.result();
      expect(result.outputs.map(({ uri }) => uri)).toEqual(
        FORMATS.map((format) => `${s3}/jobs/${result.job}/transcript.${format}`),
      );
      expect(await outputs(s3, result)).toEqual(expected);
      await Promise.all([end('media', 'SIGTERM'), end('gpu', 'SIGTERM')]);
    },
    TIME_LIMIT,
  );
});
