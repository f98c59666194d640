/**
 * The compose file's servers for real, without a container engine: PostgreSQL, the Temporal server and the S3 server
 * as processes with the environments and scripts of the file, and its workers with their commands. Run by
 * `npm run test:compose`.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testHome, type TestHome } from '../support/home.ts';
import { longAudio } from '../support/long-audio.ts';
import { longhand } from '../support/longhand.ts';
import { whyNotHere } from './programs.ts';
import { Servers } from './servers.ts';

const run = promisify(execFile);
const MINUTE = 60_000;
const CLIP = fileURLToPath(new URL('../audio/en/librivox_austen.flac', import.meta.url));
const reason = whyNotHere();
if (reason !== null) process.stderr.write(`Skipped: ${reason}\n`);

describe.skipIf(reason !== null)('the servers of the compose file', { timeout: 15 * MINUTE }, () => {
  let servers: Servers;
  let home: TestHome;
  let folder: string;

  beforeAll(async () => {
    home = await testHome();
    folder = await mkdtemp(join(tmpdir(), 'longhand-compose-out-'));
    servers = await Servers.start();
    await servers.startWorker('media', home.path);
    await servers.startWorker('cpu', home.path);
  }, 5 * MINUTE);

  afterAll(async () => {
    await servers?.[Symbol.asyncDispose]();
    await home?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }, MINUTE);

  const transcribe = (file: string, out: string) =>
    longhand(home.path, ['transcribe', file, '--language', 'en', '--out', join(folder, out)], {
      ...servers.environment('media'),
    }).outcome;

  /** How many transcriptions or sections the server lists for a query. */
  const count = async (query: string): Promise<number> => {
    const address = servers.environment('media').LONGHAND_ADDRESS ?? '';
    const args = ['workflow', 'count', '--address', address, '--query', query];
    const { stdout } = await run(process.env.TEMPORAL_CLI ?? 'temporal', args);
    return Number(/\d+/.exec(stdout)?.[0]);
  };

  /** How many chunks are in the store. */
  const chunks = async (): Promise<number> => {
    const { AWS_ENDPOINT_URL_S3 = '', AWS_REGION = '', ...env } = servers.environment('media');
    const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = env;
    const client = new S3Client({
      endpoint: AWS_ENDPOINT_URL_S3,
      region: AWS_REGION,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
    const listing = new ListObjectsV2Command({ Bucket: 'longhand', Prefix: 'chunks/' });
    const { KeyCount = 0 } = await client.send(listing).finally(() => client.destroy());
    return KeyCount;
  };

  it('may be set up a second time', async () => {
    await servers.oneShot('temporal-schema');
    expect(await servers.oneShot('temporal-namespace')).toContain('720h');
    await servers.oneShot('store-bucket');
  });

  it('let two tenants take turns, by the settings of the file', async () => {
    const { LONGHAND_ADDRESS: address = '' } = servers.environment('media');
    const connection = await Connection.connect({ address });
    const client = new Client({ connection });
    const taskQueue = { name: 'turns' };
    const start = (tenant: string, job: number) =>
      client.workflow.start('none', {
        taskQueue: taskQueue.name,
        workflowId: `${tenant}/${job}`,
        workflowExecutionTimeout: '1 minute',
        priority: { fairnessKey: tenant },
      });
    const few = 6;
    for (let job = 0; job < 40; job++) await start('flood', job);
    for (let job = 0; job < few; job++) await start('few', job);
    const order: string[] = [];
    while (order.length < 2 * few) {
      const { workflowExecution } = await connection.withDeadline(Date.now() + 30_000, () =>
        client.workflowService.pollWorkflowTaskQueue({ namespace: 'default', taskQueue }),
      );
      order.push(workflowExecution?.workflowId?.split('/')[0] ?? '');
    }
    await connection.close();

    expect(order.filter((tenant) => tenant === 'few')).toHaveLength(few);
  });

  it('transcribe a file through PostgreSQL and S3, and find it by what it is', async () => {
    const { status, stderr } = await transcribe(CLIP, 'clip');

    expect(status, stderr).toBe(0);
    expect(await readFile(join(folder, 'clip', 'librivox_austen.txt'), 'utf8')).toContain('John Dashwood');
    await expect
      .poll(() => count('LonghandModel="base" AND LonghandLanguage="en" AND ExecutionStatus="Completed"'), {
        timeout: 10_000,
      })
      .toBe(1);
  });

  it('give the bytes of an undisturbed run when the Temporal server is killed in the middle', async () => {
    const file = await longAudio(9);
    const before = await chunks();
    const disturbed = transcribe(file, 'killed');
    while ((await chunks()) < before + 2) await setTimeout(100);
    await servers.kill('temporal');
    await setTimeout(2000);
    await servers.startTemporal();

    expect((await disturbed).status).toBe(0);
    await using other = await testHome();
    const args = ['transcribe', file, '--language', 'en', '--out', join(folder, 'alone')];
    expect((await longhand(other.path, args).outcome).status).toBe(0);
    const names = await readdir(join(folder, 'alone'));
    expect(names).toHaveLength(5);
    for (const name of names) {
      const of = async (out: string) => readFile(join(folder, out, name), 'utf8');
      expect(await of('killed'), name).toBe(await of('alone'));
    }
    await rm(dirname(file), { recursive: true });
  });
});
