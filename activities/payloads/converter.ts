import type { PayloadCodec } from '@temporalio/common';
import { EncryptingCodec } from './codec.ts';
import { readPayloadKeys } from './keys.ts';

/**
 * What stands between this process and the payloads on the server: a codec where the environment has keys, else
 * nothing. Throws LH_OPTION_INVALID.
 */
export function payloadCodecs(): PayloadCodec[] {
  const keys = readPayloadKeys();
  return keys ? [new EncryptingCodec(keys)] : [];
}
