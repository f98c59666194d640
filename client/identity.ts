import { createHash } from 'node:crypto';
import { parse } from 'node:path';
import { canonicalJson } from '../activities/store/canonical.ts';
import type { TranscriptionRequest } from '../workflows/contract.ts';
import { MERGE_VERSION } from '../workflows/merge.ts';

const SLUG_LENGTH = 40;

/**
 * The workflow ID of a request: a readable slug of the source's name, and 16 hex digits of the SHA-256 of all that
 * the request means: the source's bytes and name, the canonical options, the versions of the text steps. Where the
 * bytes lie is no part of it.
 */
export function workflowIdOf({ source, options }: TranscriptionRequest): string {
  const identity = {
    source: { name: source.name, sha256: source.sha256 },
    options,
    versions: { merge: MERGE_VERSION },
  };
  const hash = createHash('sha256').update(canonicalJson(identity)).digest('hex').slice(0, 16);
  return `${slugOf(source.name)}-${hash}`;
}

/** Lower-case ASCII letters and digits joined by hyphens, fit for store keys. */
function slugOf(name: string): string {
  const words = parse(name)
    .name.normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return words?.join('-').slice(0, SLUG_LENGTH).replace(/-$/, '') ?? 'audio';
}
