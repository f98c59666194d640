import { parse } from 'node:path';
import { digest } from '../activities/store/canonical.ts';
import type { TranscriptionRequest } from '../workflows/contract.ts';
import { MERGE_VERSION } from '../workflows/merge.ts';

const SLUG_LENGTH = 40;
/** The whole hash is in the memo: what is shown only has to be told apart by people. */
const SHOWN_DIGITS = 10;

/**
 * Identity of a request: the SHA-256, hex, of all that it means: the source's bytes and name, the canonical options,
 * the tenant, the versions of the text steps, and whose raw texts are taken where nothing is to be heard: they may have
 * gaps, or be corrected. Where the bytes lie is no part of it, but of a source that a worker is to fetch its URI stands
 * for the bytes that nobody knows.
 */
export function requestHash({ source, options, tenant, reprocess }: TranscriptionRequest): string {
  const { name, sha256, uri } = source;
  return digest({
    source: sha256 === null ? { name, uri } : { name, sha256 },
    options,
    tenant,
    versions: { merge: MERGE_VERSION },
    ...(reprocess && { heardBy: reprocess.job }),
  });
}

/** Workflow ID of a request that was first made on the UTC day of `day`: `<slug>-<YYYY-MM-DD>-<10 hex digits>`. */
export function workflowIdOf(request: TranscriptionRequest, day: Date): string {
  const date = day.toISOString().slice(0, 10);
  return `${slugOf(request.source.name)}-${date}-${requestHash(request).slice(0, SHOWN_DIGITS)}`;
}

/** Whether `id` is the one that some day gives a request. */
export function isIdOf(id: string, request: TranscriptionRequest): boolean {
  const [, date = ''] = /-(\d{4}-\d{2}-\d{2})-[0-9a-f]+$/.exec(id) ?? [];
  const day = new Date(date);
  return !Number.isNaN(day.getTime()) && workflowIdOf(request, day) === id;
}

/** Lower-case ASCII letters and digits joined by hyphens, fit for store keys. */
export function slugOf(name: string): string {
  const words = parse(name)
    .name.normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return words?.join('-').slice(0, SLUG_LENGTH).replace(/-$/, '') ?? 'audio';
}
