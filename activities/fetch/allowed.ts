import { isIP } from 'node:net';
import { LonghandError } from '../../workflows/errors.ts';
import { holds, isPublic, listOf } from './address.ts';

const VARIABLE = 'LONGHAND_FETCH_ALLOW';

/** Where a connection would go: the host and port that a URL names, and the address that the host has now. */
export interface Target {
  /** In lower case, an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;
  readonly address: string;
}

/** Whether a worker may connect there. */
export type MayConnect = (target: Target) => boolean;

/**
 * The rule of this worker: public addresses, and what `LONGHAND_FETCH_ALLOW` names, parted by commas: a host (`files.lan`),
 * a host and port (`localhost:8000`, `[::1]:8000`), an address, or a range (`10.1.0.0/16`). Throws LH_OPTION_INVALID.
 */
export function readAllowed(environment: NodeJS.ProcessEnv = process.env): MayConnect {
  const entries = (environment[VARIABLE] ?? '').split(',').map((entry) => entry.trim().toLowerCase());
  const rules = entries.filter((entry) => entry !== '').map(parseEntry);
  return (target) => isPublic(target.address) || rules.some((allows) => allows(target));
}

function parseEntry(entry: string): MayConnect {
  const [, network = '', prefix = ''] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
  if (isIP(network) !== 0 && Number(prefix) <= bitsOf(network)) return inRange(network, Number(prefix), null);
  if (isIP(entry) !== 0) return inRange(entry, bitsOf(entry), null);
  const [, bracketed, named = '', digits] = /^(?:\[([^\]]+)\]|([^:[\]/]+))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const port = digits === undefined ? null : Number(digits);
  const host = bracketed ?? named;
  if (port === null || (port > 0 && port < 65_536)) {
    if (isIP(host) === (bracketed === undefined ? 4 : 6)) return inRange(host, bitsOf(host), port);
    if (bracketed === undefined && isName(host)) {
      return (target) => target.host === host && (port === null || target.port === port);
    }
  }
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected ${VARIABLE} to hold hosts, host:port or ranges such as 10.1.0.0/16, parted by commas, got \`${entry}\``,
  );
}

function inRange(network: string, prefix: number, port: number | null): MayConnect {
  const list = listOf([[network, prefix]]);
  return (target) => (port === null || target.port === port) && holds(list, target.address);
}

const bitsOf = (address: string): number => (isIP(address) === 4 ? 32 : 128);

/** Letters, digits, hyphens and underscores between dots; what is digits alone would be an address cut short. */
const isName = (host: string): boolean => /^(?=.*[a-z])[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?$/.test(host);
