import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { openStore } from '../../../activities/store/open.ts';
import { locateMinio, startS3 } from '../../support/s3.ts';
import { startProxy } from './proxy.ts';

const DAY = 24 * 3600_000;
const MINIO = await locateMinio();

/** An empty store of a kind, and what only its own kind can tell of it. Disposing it removes it. */
export interface KindOfStore extends AsyncDisposable {
  readonly url: string;
  /** Makes all that it holds so many days older than now. */
  age(days: number): Promise<void>;
  /** What is in it beside values, at its top. */
  rest(): Promise<string[]>;
}

/** Every kind of store, S3 where there is a server of it. */
export const STORE_KINDS: readonly (readonly [name: string, make: () => Promise<KindOfStore>])[] = [
  ['a folder', folder],
  ...('missing' in MINIO ? [] : [['S3', s3] as const]),
];

async function folder(): Promise<KindOfStore> {
  const path = await mkdtemp(join(tmpdir(), 'longhand-store-'));
  const store = await openStore(path);
  return {
    url: path,
    age: async (days) => {
      const then = (Date.now() - days * DAY) / 1000;
      for await (const { key } of store.list('')) await utimes(fileURLToPath(store.uri(key)), then, then);
    },
    rest: () => readdir(path),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** A bucket of a real server, which the variables of this process name. No server lets a time be set: a proxy shows another. */
async function s3(): Promise<KindOfStore> {
  const server = await startS3(MINIO);
  const proxy = await startProxy(server.endpoint);
  const bucket = await server.bucket();
  let aged = { until: 0, to: '' };
  const older = (body: string): string =>
    body.replaceAll(/(?<=<LastModified>)[^<]+/g, (time) => (Date.parse(time) <= aged.until ? aged.to : time));
  proxy.fault = ({ query }) => (query.has('list-type') ? { rewrite: older } : null);
  const variables = { ...server.env, AWS_ENDPOINT_URL: proxy.endpoint };
  Object.assign(process.env, variables);
  return {
    url: `s3://${bucket}`,
    age: (days) => {
      const until = Date.now();
      aged = { until, to: new Date(until - days * DAY).toISOString() };
      return Promise.resolve();
    },
    rest: async () => {
      const { Contents = [] } = await server.client.send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.map(({ Key = '' }) => Key);
    },
    [Symbol.asyncDispose]: async () => {
      for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
      await proxy[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
