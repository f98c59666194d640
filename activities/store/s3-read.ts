import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { isNamed } from './s3-failure.ts';
import type { ObjectName } from './s3-upload.ts';

/** Times an object is asked for whose body comes broken: the SDK repeats a request only until its headers came. */
const BODIES = 4;
/** Milliseconds of the first wait after a broken body; each is twice the one before. */
const WAIT = 100;

/** `[start, end)` in bytes of an object. */
type Range = readonly [start: number, end: number];

export interface Stretch {
  readonly bytes: Buffer;
  /** Bytes of the whole object. */
  readonly total: number;
}

/**
 * The bytes of an object, or those of `range` that it has; null where there is no object. A body that is cut short
 * or is not what was asked for is asked for again. Rejects with the SDK's errors.
 */
export async function readObject(
  client: S3Client,
  object: ObjectName,
  range: Range | null,
  signal?: AbortSignal,
): Promise<Stretch | null> {
  const request = range === null ? object : { ...object, Range: `bytes=${range[0]}-${range[1] - 1}` };
  for (let broken = 0; ;) {
    const answer = await client
      .send(new GetObjectCommand(request), signal ? { abortSignal: signal } : {})
      .catch((error: unknown) => {
        if (isNamed(error, 'NoSuchKey')) return null;
        throw error;
      });
    if (answer === null) return null;
    try {
      return await collect(answer, range);
    } catch (error) {
      if (signal?.aborted || ++broken === BODIES) throw error;
      await sleep(WAIT * 2 ** broken * Math.random());
    }
  }
}

async function collect(answer: GetObjectCommandOutput, range: Range | null): Promise<Stretch> {
  const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
  const { ContentLength, ContentRange } = answer;
  const shown = /^bytes (\d+)-\d+\/(\d+)$/.exec(ContentRange ?? '');
  const start = range === null ? 0 : Number(shown?.[1] ?? Number.NaN);
  const total = range === null ? (ContentLength ?? Number.NaN) : Number(shown?.[2] ?? Number.NaN);
  const end = Math.min(range?.[1] ?? Infinity, total);
  if (start === (range?.[0] ?? 0) && bytes.length === end - start) return { bytes, total };
  const came = `${bytes.length} bytes (${ContentRange ?? `of ${ContentLength}`})`;
  throw new Error(`Expected the bytes ${start} to ${end}, got ${came}`);
}
