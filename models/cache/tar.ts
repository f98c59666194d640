import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';

/** A file in a tar archive. */
interface TarMember {
  readonly name: string;
  /** To be read before the next member is asked for; what is left unread is skipped. */
  readonly content: AsyncIterable<Uint8Array>;
}

const BLOCK = 512;

/**
 * The files of a gzipped tar archive, in its order (POSIX ustar; extended headers are passed over, so a name that
 * stands in one comes shortened). Throws where the archive is damaged or cut.
 */
export async function* readTarGz(packed: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember> {
  const gunzip = createGunzip();
  const input = Readable.from(packed);
  input.once('error', (error) => gunzip.destroy(error));
  const reader = new Pieces(input.pipe(gunzip)[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>);
  try {
    for (;;) {
      const header = Buffer.from(await reader.exactly(BLOCK));
      if (header.every((byte) => byte === 0)) return;
      const size = octal(header, 124, 12);
      const content = reader.stream(size);
      const type = header.toString('latin1', 156, 157);
      if (type === '0' || type === '\0') yield { name: nameOf(header), content };
      for await (const rest of content) void rest;
      await reader.exactly((BLOCK - (size % BLOCK)) % BLOCK);
    }
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}

function nameOf(header: Buffer): string {
  const name = text(header, 0, 100);
  const isUstar = text(header, 257, 6).startsWith('ustar');
  const prefix = isUstar ? text(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function text(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

function octal(header: Buffer, start: number, length: number): number {
  const value = Number.parseInt(text(header, start, length).trim(), 8);
  if (!(value >= 0)) throw new Error('the tar archive is damaged');
  return value;
}

/** Reads exact numbers of bytes from pieces of any size. */
class Pieces {
  readonly #source: AsyncIterator<Uint8Array>;
  #left: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterator<Uint8Array>) {
    this.#source = source;
  }

  async exactly(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const part of this.stream(length)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** The next `length` bytes; asked again after a break, it goes on where it was. */
  stream(length: number): AsyncIterable<Uint8Array> & AsyncIterator<Uint8Array> {
    let missing = length;
    const next = async (): Promise<IteratorResult<Uint8Array>> => {
      if (missing === 0) return { done: true, value: undefined };
      if (this.#left.length === 0) {
        const piece = await this.#source.next();
        if (piece.done) throw new Error('the tar archive is cut');
        this.#left = piece.value;
      }
      const part = this.#left.subarray(0, missing);
      this.#left = this.#left.subarray(part.length);
      missing -= part.length;
      return { done: false, value: part };
    };
    return { next, [Symbol.asyncIterator]: () => ({ next }) };
  }
}
