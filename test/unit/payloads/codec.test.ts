import type { Payload } from '@temporalio/common';
import { defaultPayloadConverter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { EncryptingCodec } from '../../../activities/payloads/codec.ts';
import { readPayloadKeys } from '../../../activities/payloads/keys.ts';

const SECRET = 'https://example.com/talk.mp3?signature=s3cr3t';

const codec = (...entries: [id: string, byte: number][]): EncryptingCodec => {
  const text = entries.map(([id, byte]) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`).join(',');
  return new EncryptingCodec(readPayloadKeys({ LONGHAND_PAYLOAD_KEYS: text })!);
};
const plain = (): Payload => defaultPayloadConverter.toPayload({ uri: SECRET });
const valueOf = (payload: Payload | undefined): unknown => defaultPayloadConverter.fromPayload(payload!);
const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('latin1');

describe('an encrypted payload', () => {
  it('holds nothing of the plain one, says its key, and is read again', async () => {
    const own = codec(['k1', 1]);
    const [coded] = await own.encode([plain()]);
    expect(textOf(coded!.metadata!.encoding)).toBe('binary/encrypted');
    expect(textOf(coded!.metadata!['encryption-key-id'])).toBe('k1');
    expect(textOf(coded!.data)).not.toMatch(/s3cr3t|uri|json\/plain/);
    expect(valueOf((await own.decode([coded!]))[0])).toEqual({ uri: SECRET });
  });

  it('is another each time', async () => {
    const own = codec(['k1', 1]);
    const [a, b] = await own.encode([plain(), plain()]);
    expect(textOf(a!.data)).not.toBe(textOf(b!.data));
  });

  it('is read after a rotation, and written with the new key', async () => {
    const [old] = await codec(['k1', 1]).encode([plain()]);
    const rotated = codec(['k2', 2], ['k1', 1]);
    expect(valueOf((await rotated.decode([old!]))[0])).toEqual({ uri: SECRET });
    const [fresh] = await rotated.encode([plain()]);
    expect(textOf(fresh!.metadata!['encryption-key-id'])).toBe('k2');
  });

  it('stays plain where it was before there were keys', async () => {
    expect(valueOf((await codec(['k1', 1]).decode([plain()]))[0])).toEqual({ uri: SECRET });
  });

  it('is neither made nor read without keys, and a plain one is left as it is', async () => {
    const bare = new EncryptingCodec(new Map());
    const payload = plain();
    expect(await bare.encode([payload])).toEqual([payload]);
    expect(await bare.decode([payload])).toEqual([payload]);
    const [coded] = await codec(['k1', 1]).encode([plain()]);
    await expect(bare.decode([coded!])).rejects.toMatchObject({
      code: 'LH_PAYLOAD_UNREADABLE',
      message: 'Expected a payload of the keys that are here (none), got one of `k1`',
    });
  });

  it('is refused with the names of the keys where its own is not here', async () => {
    const [coded] = await codec(['k1', 1]).encode([plain()]);
    await expect(codec(['k2', 2], ['k3', 3]).decode([coded!])).rejects.toMatchObject({
      code: 'LH_PAYLOAD_UNREADABLE',
      message: 'Expected a payload of the keys that are here (`k2`, `k3`), got one of `k1`',
    });
  });

  it.each([
    ['another key of the same name', (payload: Payload) => payload, codec(['k1', 9])],
    [
      'a changed byte',
      ({ metadata, data }: Payload) => {
        const changed = Buffer.from(data!);
        changed[20]! ^= 1;
        return { metadata: metadata!, data: changed };
      },
      codec(['k1', 1]),
    ],
    [
      'a cut end',
      ({ metadata, data }: Payload) => ({ metadata: metadata!, data: data!.subarray(0, 9) }),
      codec(['k1', 1]),
    ],
    [
      'the name of another key',
      ({ metadata, data }: Payload) => ({
        metadata: { ...metadata, 'encryption-key-id': Buffer.from('k2') },
        data: data!,
      }),
      codec(['k1', 1], ['k2', 1]),
    ],
  ])('is refused where it was changed: %s', async (_, change, reader) => {
    const [coded] = await codec(['k1', 1]).encode([plain()]);
    await expect(reader.decode([change(coded!)])).rejects.toMatchObject({ code: 'LH_PAYLOAD_UNREADABLE' });
  });
});
