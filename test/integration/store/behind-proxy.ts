import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { openS3Store } from '../../../activities/store/s3.ts';
import type { Store } from '../../../activities/store/store.ts';
import { BUILD_LIMIT, startS3, type Located, type S3Server } from '../../support/s3.ts';
import { startProxy, type Fault, type Proxy, type Seen } from './proxy.ts';

/** Short, so that what waits for them is over soon, but no less than what a busy machine's server takes to answer. */
export const PATIENCE = { connect: 3000, silence: 1200, attempts: 3 };

/** A store on a real S3 server, reached through a proxy that can fail: for the tests of the `describe` that makes it. */
export class StoreBehindProxy {
  /** A folder of the tests. */
  base = '';
  bucket = '';
  /** A key of each test's own. */
  key = '';
  server!: S3Server;
  /** New for each test. */
  proxy!: Proxy;
  store!: Store;
  #keys = 0;

  constructor(program: Located) {
    beforeAll(async () => {
      this.base = await mkdtemp(join(tmpdir(), 'longhand-s3-test-'));
      this.server = await startS3(program);
      this.bucket = await this.server.bucket();
    }, BUILD_LIMIT);
    afterAll(async () => {
      await this.server[Symbol.asyncDispose]();
      await rm(this.base, { recursive: true, force: true });
    });
    beforeEach(async () => {
      this.proxy = await startProxy(this.server.endpoint);
      this.useServer();
      vi.stubEnv('LONGHAND_HOME', join(this.base, 'home'));
      vi.stubEnv('AWS_ENDPOINT_URL', this.proxy.endpoint);
      this.store = await openS3Store({ bucket: this.bucket, prefix: 'store' }, PATIENCE);
      this.#keys += 1;
      this.key = `key-${this.#keys}`;
    });
    afterEach(async () => {
      vi.unstubAllEnvs();
      await this.proxy[Symbol.asyncDispose]();
    });
  }

  /** Has the environment name the server itself. */
  useServer(): void {
    for (const [name, value] of Object.entries(this.server.env)) vi.stubEnv(name, value);
  }

  /** Does `fault` to requests of `method` about `key`, the first `times` of them. */
  failing(fault: Fault, method: string, name: string, times = Infinity): void {
    let left = times;
    this.proxy.fault = (seen: Seen) =>
      seen.method === method && seen.name.endsWith(`/${name}`) && left-- > 0 ? fault : null;
  }

  /** How many uploads in parts are begun and not ended. */
  async uploads(): Promise<number> {
    const asked = new ListMultipartUploadsCommand({ Bucket: this.bucket });
    return (await this.server.client.send(asked)).Uploads?.length ?? 0;
  }
}

/** Whether it is the request that makes of its parts the object `name`. */
export const isLastRequest = (seen: Seen, name: string): boolean =>
  seen.method === 'POST' && seen.query.has('uploadId') && seen.name.endsWith(`/${name}`);
