import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';

/** Where a member of a zip lies. */
interface Member {
  /** 0: stored, 8: deflated. */
  readonly method: number;
  /** Bytes in the archive. */
  readonly compressed: number;
  /** Of the member's own header. */
  readonly offset: number;
}

/** A zip archive opened for reading (PKWARE APPNOTE 6.3.10, without zip64, encryption and several disks). */
export interface Zip extends AsyncDisposable {
  readonly names: readonly string[];
  /** Content of the member `name`, inflated. Its checksum is left to the caller, who knows a better one. */
  read(name: string): AsyncIterable<Uint8Array>;
}

const END = 0x06054b50;
const END_BYTES = 22;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;

/** Opens the zip archive at `path`; throws where it is none. */
export async function openZip(path: string): Promise<Zip> {
  const handle = await open(path);
  try {
    const members = await readDirectory(handle);
    return {
      names: [...members.keys()],
      read: (name) => readMember(handle, name, members.get(name)),
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function bytesAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
  if (bytesRead < length) throw new Error('the zip archive is cut');
  return buffer;
}

async function readDirectory(handle: FileHandle): Promise<Map<string, Member>> {
  const { size } = await handle.stat();
  // The record that ends a zip may be followed by a comment of up to 65,535 bytes.
  const tailLength = Math.min(size, END_BYTES + 0xffff);
  const tail = await bytesAt(handle, size - tailLength, tailLength);
  let end = tail.length - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
  if (end < 0) throw new Error('not a zip archive');

  const count = tail.readUInt16LE(end + 10);
  const directory = await bytesAt(handle, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const members = new Map<string, Member>();
  for (let at = 0; members.size < count;) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== CENTRAL) {
      throw new Error('the directory of the zip archive is damaged');
    }
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
    members.set(directory.toString('utf8', at + 46, nameEnd), {
      method: directory.readUInt16LE(at + 10),
      compressed: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    });
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return members;
}

async function* readMember(
  handle: FileHandle,
  name: string,
  member: Member | undefined,
): AsyncGenerator<Uint8Array> {
  if (member === undefined) throw new Error(`the zip archive holds no ${name}`);
  const header = await bytesAt(handle, member.offset, LOCAL_BYTES);
  if (header.readUInt32LE(0) !== LOCAL)
    throw new Error(`the header of ${name} in the zip archive is damaged`);
  const start = member.offset + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  const raw = readRange(handle, start, member.compressed);
  if (member.method === 0) yield* raw;
  else if (member.method === 8) {
    const inflate = createInflateRaw();
    const input = Readable.from(raw);
    input.once('error', (error) => inflate.destroy(error));
    try {
      yield* input.pipe(inflate) as AsyncIterable<Uint8Array>;
    } finally {
      input.destroy();
    }
  } else throw new Error(`${name} is packed by zip method ${member.method}, expected 0 or 8`);
}

const PIECE = 1 << 18;

async function* readRange(handle: FileHandle, start: number, length: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < start + length; at += PIECE) {
    yield await bytesAt(handle, at, Math.min(PIECE, start + length - at));
  }
}
