import { fileURLToPath } from 'node:url';
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { payloadCodecs } from '../activities/payloads/converter.ts';
import { readPayloadKeys } from '../activities/payloads/keys.ts';
import { toFailure } from './coded-failures.ts';

/** The module that encodes failures, for the SDK to load. */
export const FAILURE_CONVERTER = fileURLToPath(new URL('../workflows/failure-converter.js', import.meta.url));

/** How a worker reads and writes payloads and failures: encrypted where the environment has keys. Throws LH_OPTION_INVALID. */
export function dataConverter(): DataConverter {
  const keys = readPayloadKeys();
  return {
    payloadCodecs: payloadCodecs(keys).map(coded),
    ...(keys && { failureConverterPath: FAILURE_CONVERTER }),
  };
}

/** A codec whose failures have their codes: what an activity cannot read fails before `codedFailures` sees it. */
const coded = (codec: PayloadCodec): PayloadCodec => ({
  encode: (payloads) => codec.encode(payloads),
  decode: (payloads) =>
    codec.decode(payloads).catch((error: unknown) => {
      throw toFailure(error, 1);
    }),
});
