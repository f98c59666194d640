import type { TranscriptionRequest } from '../../../../workflows/contract.ts';
import { media } from '../../../../workflows/proxies.ts';
import { list } from '../../../../workflows/visibility.ts';

/** The transcription with its first two activities one after the other: what no edit may do to running ones. */
export async function transcription({ source, options }: TranscriptionRequest): Promise<void> {
  list({ phase: 'ingest', language: null });
  await media.resolve(options);
  if (source.sha256 !== null) await media.ingest(source);
}
