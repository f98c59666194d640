import { LonghandError, systemCode, type ErrorCode } from '../../workflows/errors.ts';
import type { Place } from './place.ts';

/** What answers other than with the source mean; all other ones below 500 are LH_SOURCE_ANSWER. */
const STATUSES: Readonly<Record<number, ErrorCode>> = {
  401: 'LH_SOURCE_FORBIDDEN',
  403: 'LH_SOURCE_FORBIDDEN',
  404: 'LH_SOURCE_MISSING',
  408: 'LH_SOURCE_UNREACHABLE',
  410: 'LH_SOURCE_MISSING',
  425: 'LH_SOURCE_UNREACHABLE',
  429: 'LH_SOURCE_UNREACHABLE',
};

/** What Node and OpenSSL say of answers that are no HTTP, and of certificates: another try would end the same. */
const NO_ANSWER = /^HPE_|^EPROTO$|^ERR_SSL_|CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH$/;

/** A coded error of a fetch. It has no cause: what Node says of a connection may hold what is not shown. */
export const fetchFailure = (code: ErrorCode, { shown }: Place, came: string): LonghandError =>
  new LonghandError(code, `Expected audio or video at \`${shown}\`, ${came}`, { details: { uri: shown } });

export function statusFailure(place: Place, status: number): LonghandError {
  const code = STATUSES[status] ?? (status >= 500 ? 'LH_SOURCE_UNREACHABLE' : 'LH_SOURCE_ANSWER');
  return fetchFailure(code, place, `its server answered ${status}`);
}

/** What a failed connection means. */
export function connectionFailure(place: Place, error: unknown): LonghandError {
  if (error instanceof LonghandError) return error;
  const system = systemCode(error);
  if (system === 'ENOTFOUND')
    return fetchFailure('LH_SOURCE_HOST', place, 'the name service knows no such host');
  if (NO_ANSWER.test(system))
    return fetchFailure('LH_SOURCE_ANSWER', place, `its server is not understood (${system})`);
  const reason = system === '' ? 'it broke off' : system;
  return fetchFailure('LH_SOURCE_UNREACHABLE', place, `the connection failed (${reason})`);
}
