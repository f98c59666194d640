import { createHash } from 'node:crypto';

/**
 * The one JSON text of a plain value: keys sorted by UTF-16 code units, no white space, so that equal data has
 * equal bytes and an equal hash (RFC 8785 for the values Longhand uses). Throws a TypeError on what JSON cannot
 * hold: `undefined`, functions, symbols, big integers, and numbers that are not finite.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`Expected a finite number for canonical JSON, got ${value}`);
  }
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return JSON.stringify(value);
  throw new TypeError(`Expected plain data for canonical JSON, got ${typeof value}`);
}

/** SHA-256, hex, of a value's canonical JSON. */
export const digest = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex');
