import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { LonghandError } from '../../workflows/errors.ts';
import type { PayloadKeys } from './keys.ts';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/** What an encrypted payload says that it is. */
const ENCODING = 'binary/encrypted';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts the payloads that go to the Temporal server, each whole (its own encoding with it), by AES-256-GCM (NIST SP
 * 800-38D) under the first key: nonce of 12 bytes, ciphertext, tag of 16. The key's ID stands in the metadata, and is
 * authenticated with the data. What is not encrypted is read as it is: what was started before there were keys goes on.
 * Without a key nothing is encrypted, and what is cannot be read.
 */
export class EncryptingCodec implements PayloadCodec {
  readonly #keys: PayloadKeys;

  constructor(keys: PayloadKeys) {
    this.#keys = keys;
  }

  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(payloads.map((payload) => this.#encrypt(payload)));
  }

  /** Rejects with LH_PAYLOAD_UNREADABLE for one of a key that is not here, or that was changed. */
  decode(payloads: Payload[]): Promise<Payload[]> {
    return new Promise((resolve) => resolve(payloads.map((payload) => this.#decrypt(payload))));
  }

  #encrypt(payload: Payload): Payload {
    const [first] = this.#keys;
    if (!first) return payload;
    const [id, key] = first;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(authenticated(id));
    const plain = PayloadMessage.encode(payload).finish();
    const data = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return { metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(id) }, data };
  }

  #decrypt(payload: Payload): Payload {
    const { metadata, data } = payload;
    if (textOf(metadata?.encoding) !== ENCODING) return payload;
    const id = textOf(metadata?.['encryption-key-id']);
    const key = this.#keys.get(id);
    if (!key) {
      const known = [...this.#keys.keys()].map((one) => `\`${one}\``).join(', ') || 'none';
      throw unreadable(`Expected a payload of the keys that are here (${known}), got one of \`${id}\``);
    }
    const bytes = Buffer.from(data ?? []);
    try {
      const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(authenticated(id))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      const coded = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
      return PayloadMessage.decode(Buffer.concat([decipher.update(coded), decipher.final()]));
    } catch (cause) {
      throw unreadable(`Expected a payload as the key \`${id}\` encrypted it, got another`, cause);
    }
  }
}

const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString();

const authenticated = (id: string): Buffer => Buffer.from(`${ENCODING}\n${id}`);

const unreadable = (message: string, cause?: unknown): LonghandError =>
  new LonghandError('LH_PAYLOAD_UNREADABLE', message, { cause });
