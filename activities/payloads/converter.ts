import type { PayloadCodec } from '@temporalio/common';
import { EncryptingCodec } from './codec.ts';
import { readPayloadKeys } from './keys.ts';

/** What stands between this process and the payloads on the server, with the keys of the environment. Throws LH_OPTION_INVALID. */
export const payloadCodecs = (): PayloadCodec[] => [new EncryptingCodec(readPayloadKeys() ?? new Map())];
