import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { longhandHome } from '../../models/home.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { diskFailure, GONE } from './failure.ts';
import { checkKey, FOLDERS } from './key.ts';
import { verifiedBytes } from './local-file.ts';
import type { S3Place } from './open.ts';
import { makeS3Client, PATIENCE, type Patience } from './s3-client.ts';
import { isNamed, s3Failure, statusOf } from './s3-failure.ts';
import { listObjects } from './s3-list.ts';
import { keepsFirst } from './s3-proof.ts';
import { readObject, type Stretch } from './s3-read.ts';
import { abortUploads, type ObjectName, putOnce, uploadOnce } from './s3-upload.ts';
import { FOREIGN_AGE, makeScratch, sweepScratch } from './scratch.ts';
import type { CopyOptions, Listed, Scratch, Store } from './store.ts';

/** Bytes fetched at once. */
const PIECE = 8 * 1024 * 1024;

/** An object that no key reaches, written again and again to see that all but the first are refused. */
const PROOF = '.commits-once';

/**
 * A store in a bucket that is there, for any number of machines. The server must answer a conditional write
 * (`If-None-Match: *`), in one request and in parts: the request is the commit, and fails for all but the first.
 * Scratch folders are in the home of Longhand.
 *
 * Throws LH_STORE_MISSING where there is no such bucket, LH_NOT_WRITABLE where it may not be used,
 * LH_STORE_UNREACHABLE, and LH_OPTION_INVALID where no region is set or the server does not commit once.
 */
export async function openS3Store(place: S3Place, patience: Patience = PATIENCE): Promise<Store> {
  const client = makeS3Client(patience);
  await client.send(new HeadBucketCommand({ Bucket: place.bucket })).catch((error: unknown) => {
    // The answer to a HEAD has no body that would name what is missing.
    const named = statusOf(error) === 404 ? Object.assign(new Error(), { name: 'NoSuchBucket' }) : error;
    throw s3Failure(named, `s3://${place.bucket}`);
  });
  return new S3Store(client, place, join(longhandHome(), 'scratch'));
}

class S3Store implements Store {
  readonly #client: S3Client;
  readonly #place: S3Place;
  readonly #scratch: string;
  #proof: Promise<void> | null = null;

  constructor(client: S3Client, place: S3Place, scratch: string) {
    this.#client = client;
    this.#place = place;
    this.#scratch = scratch;
  }

  async put(key: string, bytes: Uint8Array): Promise<'created' | 'existed'> {
    const object = this.#object(key);
    await this.#prove();
    return this.#ask(object, () => putOnce(this.#client, object, bytes));
  }

  async putFile(key: string, path: string): Promise<'created' | 'existed'> {
    const object = this.#object(key);
    const found = await stat(path).catch(() => null);
    if (!found) throw new LonghandError('LH_INTERNAL', `Expected a finished file at ${path}, got none.`);
    try {
      return await this.#upload(key, object, found.size, () =>
        createReadStream(path, { highWaterMark: PIECE / 8 }),
      );
    } finally {
      await rm(path, { force: true });
    }
  }

  async putCopy(
    key: string,
    path: string,
    sha256: string,
    options: CopyOptions = {},
  ): Promise<'created' | 'existed'> {
    const object = this.#object(key);
    const size = (await stat(path).catch(() => null))?.size ?? 0;
    const body = () => Readable.from(verifiedBytes(path, sha256, options));
    return this.#upload(key, object, size, body).catch((error: unknown) => {
      options.signal?.throwIfAborted();
      throw error;
    });
  }

  async get(key: string): Promise<Buffer | null> {
    const object = this.#object(key);
    const found = await this.#ask(object, () => readObject(this.#client, object, null));
    return found && found.bytes;
  }

  read(key: string, start: number, end: number): Promise<Buffer> {
    return this.#read(key, start, end);
  }

  async fetch(key: string, path: string, { signal, onProgress }: CopyOptions = {}): Promise<void> {
    const size = await this.size(key);
    if (size === null) throw this.#missing(key);
    const failed = (error: unknown): never => {
      throw diskFailure(error, path, size);
    };
    const file = await open(path, 'wx').catch(failed);
    try {
      for (let start = 0; start < size; start += PIECE) {
        signal?.throwIfAborted();
        const piece = await this.#read(key, start, Math.min(size, start + PIECE), signal);
        await file.appendFile(piece).catch(failed);
        onProgress?.(start + piece.length);
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      await file.close();
    }
  }

  async has(key: string): Promise<boolean> {
    return (await this.size(key)) !== null;
  }

  async size(key: string): Promise<number | null> {
    const object = this.#object(key);
    return this.#ask(object, async () => {
      try {
        return (await this.#client.send(new HeadObjectCommand(object))).ContentLength ?? 0;
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
      }
    });
  }

  async delete(key: string): Promise<void> {
    const object = this.#object(key);
    await this.#ask(object, () => this.#client.send(new DeleteObjectCommand(object)));
  }

  async *list(prefix: string): AsyncGenerator<Listed> {
    try {
      yield* listObjects(this.#client, this.#place, prefix);
    } catch (error) {
      throw s3Failure(error, `s3://${this.#place.bucket}/${this.#name(prefix)}`);
    }
  }

  async mark(key: string): Promise<void> {
    const object = this.#object(key);
    await this.#ask(object, () =>
      this.#client.send(new PutObjectCommand({ ...object, Body: new Uint8Array() })),
    );
  }

  uri(key: string): string {
    const { Bucket, Key } = this.#object(key);
    return `s3://${Bucket}/${Key}`;
  }

  scratch(job: string): Promise<Scratch> {
    return makeScratch(this.#scratch, job);
  }

  async sweep(): Promise<number> {
    const { bucket } = this.#place;
    const prefix = this.#name('');
    const before = new Date(Date.now() - FOREIGN_AGE);
    // Other programs may use the bucket too, and the same prefix.
    const isOurs = (name: string): boolean => {
      if (!name.startsWith(prefix)) return false;
      const path = name.slice(prefix.length);
      return path === PROOF || FOLDERS.some((folder) => path.startsWith(`${folder}/`));
    };
    const aborted = await this.#ask({ Bucket: bucket, Key: prefix }, () =>
      abortUploads(this.#client, { bucket, isOurs, before }).catch((error: unknown) => {
        // Who may not list uploads, or whose server cannot, has the bucket's own rules for them.
        if ([403, 501].includes(statusOf(error))) return 0;
        throw error;
      }),
    );
    return aborted + (await sweepScratch(this.#scratch));
  }

  async #read(key: string, start: number, end: number, signal?: AbortSignal): Promise<Buffer> {
    const object = this.#object(key);
    const found = start === end ? null : await this.#stretch(object, start, end, signal);
    if (found && start + found.bytes.length === end) return found.bytes;
    const total = found?.total ?? (await this.size(key));
    if (total === null) throw this.#missing(key);
    if (start === end && end <= total) return Buffer.alloc(0);
    const message = `Expected bytes ${start} to ${end} of ${this.uri(key)}, but it ends at ${total}.`;
    throw new LonghandError('LH_STORE_MISSING', message, { details: { key, start, end } });
  }

  /** What the object has of `[start, end)`; null where that is nothing, or there is no object. */
  #stretch(object: ObjectName, start: number, end: number, signal?: AbortSignal): Promise<Stretch | null> {
    return this.#ask(object, () =>
      readObject(this.#client, object, [start, end], signal).catch((error: unknown) => {
        if (isNamed(error, 'InvalidRange')) return null;
        throw error;
      }),
    );
  }

  /** Commits what `open` gives, without opening it where the value is there. */
  async #upload(
    key: string,
    object: ObjectName,
    size: number,
    open: () => Readable,
  ): Promise<'created' | 'existed'> {
    await this.#prove();
    const exists = () => this.has(key);
    if (await exists()) return 'existed';
    return this.#ask(object, () => uploadOnce(this.#client, object, { body: open(), size, exists }));
  }

  /** Sees once that the server keeps the first of two values, without which nothing here holds. */
  #prove(): Promise<void> {
    this.#proof ??= this.#proveOnce().catch((error: unknown) => {
      this.#proof = null;
      throw error;
    });
    return this.#proof;
  }

  async #proveOnce(): Promise<void> {
    const object = { Bucket: this.#place.bucket, Key: this.#name(PROOF) };
    if (await this.#ask(object, () => keepsFirst(this.#client, object))) return;
    const uri = `s3://${object.Bucket}/${object.Key}`;
    const message = `Expected an S3 server that obeys If-None-Match, but it wrote ${uri} twice.`;
    throw new LonghandError('LH_OPTION_INVALID', message, { details: { uri } });
  }

  async #ask<T>({ Bucket, Key }: ObjectName, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw s3Failure(error, `s3://${Bucket}/${Key}`);
    }
  }

  #missing(key: string): LonghandError {
    const message = `Expected ${this.uri(key)} in the store, got nothing: ${GONE}.`;
    return new LonghandError('LH_STORE_MISSING', message, { details: { key } });
  }

  #object(key: string): ObjectName {
    return { Bucket: this.#place.bucket, Key: this.#name(checkKey(key)) };
  }

  #name(path: string): string {
    return this.#place.prefix === '' ? path : `${this.#place.prefix}/${path}`;
  }
}
