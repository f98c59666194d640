import type { RunReport } from '../../../workflows/contract.ts';
import type { TranscriptHeader } from '../../../workflows/formats/format.ts';
import { rung } from './arbitraries.ts';
import { DECIDING } from '../../support/options.ts';

export const header: TranscriptHeader = {
  schema: 'longhand/transcript/1',
  source: { name: 'talk “1”.mp3', sha256: 'ab'.repeat(32) },
  duration: 12.345,
  language: 'en',
  options: { ...DECIDING, language: 'auto', model: 'base', ladder: ['int8'] },
};

export const reportHeader: Omit<RunReport, 'chunks'> = {
  schema: 'longhand/run-report/1',
  workflowId: 'talk-2000-01-02-0123456789abcdef',
  runId: '0192aaaa-bbbb-cccc-dddd-eeeeffff0000',
  source: header.source,
  tenant: null,
  startedAt: '2000-01-02T03:04:05.678Z',
  duration: header.duration,
  speech: 6.5,
  took: { ingest: 0.25, transcribe: 1.5 },
  ladder: [rung],
  falls: 0,
  gaps: 0,
};

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
