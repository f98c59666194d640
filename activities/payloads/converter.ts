import type { PayloadCodec } from '@temporalio/common';
import { EncryptingCodec } from './codec.ts';
import { readPayloadKeys } from './keys.ts';

/** What stands between this process and the payloads on the server, by the keys of the environment. Throws LH_OPTION_INVALID. */
export const payloadCodecs = (keys = readPayloadKeys()): PayloadCodec[] => [
  new EncryptingCodec(keys ?? new Map()),
];
