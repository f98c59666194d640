import { LonghandError } from '../../workflows/errors.ts';

/** Where a server listens; port 0 takes a free one. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

export const LOOPBACK = '127.0.0.1';

/** Reads `[host:]port`: this machine alone is served where no host is named. Throws LH_OPTION_INVALID. */
export function parseListen(text: string): Listen {
  const [, host, ipv6, port] = /^(?:([^\s:/[\]]+):|\[([0-9a-f:]+)\]:)?(\d{1,5})$/i.exec(text) ?? [];
  if (port !== undefined && Number(port) > 0 && Number(port) < 65_536) {
    return { host: host ?? ipv6 ?? LOOPBACK, port: Number(port) };
  }
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected \`metrics\` to be a port from 1 to 65535, or host:port, got \`${text}\``,
  );
}
