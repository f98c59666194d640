import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LonghandError } from '../../workflows/errors.ts';

/** A weight file open for reading at any place; it never hands out fewer bytes than were asked for. */
export class WeightFile implements Disposable {
  readonly path: string;
  /** Bytes in the file. */
  readonly size: number;
  private readonly descriptor: number;

  /** @throws LH_MODEL_INVALID when there is no such file. */
  constructor(path: string) {
    this.path = path;
    try {
      this.descriptor = openSync(path, 'r');
    } catch (cause) {
      throw new LonghandError(
        'LH_MODEL_INVALID',
        `Expected a weight file at ${path}, but it cannot be read.`,
        {
          cause,
        },
      );
    }
    this.size = fstatSync(this.descriptor).size;
  }

  /** A fresh copy of `length` bytes from `offset`. @throws LH_MODEL_INVALID when the file ends before. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    if (offset + length > this.size) {
      throw new LonghandError(
        'LH_MODEL_INVALID',
        `Expected ${this.path} to have at least ${offset + length} bytes, but it ends after ${this.size}.`,
      );
    }
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const count = readSync(this.descriptor, bytes, done, length - done, offset + done);
      if (count === 0) {
        throw new LonghandError(
          'LH_MODEL_INVALID',
          `Expected ${this.path} to stay whole, but it was cut short.`,
        );
      }
      done += count;
    }
    return bytes;
  }

  [Symbol.dispose](): void {
    closeSync(this.descriptor);
  }
}
