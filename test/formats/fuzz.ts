import fc from 'fast-check';

/** One change of a file's bytes; places are shares of its length, so that they fit any file. */
type Mutation = (bytes: Buffer) => Buffer;

const place = fc.double({ min: 0, max: 1, noNaN: true });
const at = (bytes: Buffer, share: number): number =>
  Math.min(bytes.length - 1, Math.floor(share * bytes.length));
/** Where the headers are. */
const early = place.map((share) => share / 50);
const anywhere = fc.oneof({ weight: 1, arbitrary: early }, { weight: 3, arbitrary: place });

const flips = fc
  .array(fc.tuple(anywhere, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 40 })
  .map((changes): Mutation => (bytes) => {
    if (bytes.length > 0) for (const [share, by] of changes) bytes[at(bytes, share)]! ^= by;
    return bytes;
  });

/** Numbers at the edges of what fields of headers hold. */
const extremes = fc.tuple(early, fc.constantFrom(1, 2, 4, 8), fc.constantFrom(0, 0x7f, 0x80, 0xff)).map(
  ([share, size, value]): Mutation =>
    (bytes) =>
      bytes.fill(value, at(bytes, share), Math.min(bytes.length, at(bytes, share) + size)),
);

const overwritten = fc
  .tuple(anywhere, fc.uint8Array({ minLength: 1, maxLength: 4000 }))
  .map(([share, noise]): Mutation => (bytes) => {
    Buffer.from(noise).copy(bytes, at(bytes, share));
    return bytes;
  });

const cut = fc.tuple(place, place).map(
  ([from, length]): Mutation =>
    (bytes) =>
      Buffer.concat([
        bytes.subarray(0, at(bytes, from)),
        bytes.subarray(at(bytes, from) + at(bytes, length)),
      ]),
);

const ended = place.map(
  (share): Mutation =>
    (bytes) =>
      bytes.subarray(0, 1 + at(bytes, share)),
);

const repeated = fc
  .tuple(place, fc.integer({ min: 1, max: 8192 }), fc.integer({ min: 2, max: 20 }))
  .map(([from, length, times]): Mutation => (bytes) => {
    const piece = bytes.subarray(at(bytes, from), at(bytes, from) + length);
    return Buffer.concat([bytes.subarray(0, at(bytes, from)), ...Array<Buffer>(times).fill(piece), bytes]);
  });

const mutation = fc.oneof(flips, extremes, overwritten, cut, ended, repeated);

/** A file to try: a clip, what is done to it, and the extension it goes by. */
export interface Fuzzed {
  readonly clip: string;
  readonly extension: string;
  readonly mutate: Mutation;
}

/** `count` files of the clips, broken in ways that `seed` decides. */
export function fuzzed(clips: readonly string[], count: number, seed: number): Fuzzed[] {
  const extensions = [...new Set(clips.map((clip) => clip.slice(clip.lastIndexOf('.') + 1)))];
  const file = fc
    .tuple(
      fc.constantFrom(...clips),
      fc.option(fc.constantFrom(...extensions), { freq: 5 }),
      fc.array(mutation, { minLength: 1, maxLength: 2 }),
    )
    .map(([clip, extension, all]): Fuzzed => ({
      clip,
      extension: extension ?? clip.slice(clip.lastIndexOf('.') + 1),
      mutate: (bytes) => all.reduce((changed, change) => change(Buffer.from(changed)), bytes),
    }));
  return fc.sample(file, { numRuns: count, seed });
}
