import type { RunReport } from '../../../workflows/contract.ts';
import type { TranscriptHeader } from '../../../workflows/formats/format.ts';
import { rung } from './arbitraries.ts';
import { DECIDING } from '../../support/options.ts';

export const header: TranscriptHeader = {
  schema: 'longhand/transcript/2',
  source: { name: 'talk “1”.mp3', sha256: 'ab'.repeat(32) },
  duration: 12.345,
  language: 'en',
  options: { ...DECIDING, language: 'auto', model: 'base', ladder: ['int8'] },
};

export const reportHeader: Omit<RunReport, 'chunks'> = {
  schema: 'longhand/run-report/2',
  workflowId: 'talk-2000-01-02-0123456789abcdef',
  runId: '0192aaaa-bbbb-cccc-dddd-eeeeffff0000',
  source: header.source,
  tenant: null,
  startedAt: '2000-01-02T03:04:05.678Z',
  duration: header.duration,
  speech: 6.5,
  took: { ingest: 0.25, transcribe: 1.5, text: 0.004 },
  ladder: [rung],
  falls: 0,
  gaps: 0,
};

/** What a section without chunks has beside its segments, where the post-processing did nothing. */
export const UNTOUCHED = { dropped: [], chunks: [], changes: [] };

/** Reads `items` one at a time, as often as it is asked to. */
export const eachOf = <T>(items: readonly T[]) =>
  async function* (): AsyncIterable<T> {
    yield* await Promise.resolve(items);
  };

/** All pieces of a document, joined. */
export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
