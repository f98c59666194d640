import { createHash } from 'node:crypto';
import type { ChunkAnswer, ChunkRequest } from '../../workflows/contract.ts';

/** Whether a workflow's transcription is one of the part, 0…1, that is logged in detail: the same on every worker. */
export function isSampled(workflowId: string, part: number): boolean {
  // A section is `<transcription>/<number>`.
  const transcription = workflowId.replace(/\/\d+$/, '');
  return createHash('sha256').update(transcription).digest().readUInt32BE() < part * 2 ** 32;
}

/** What is logged of a chunk: where it is, who gave its text and how sure it is; nothing of what was said. */
export function chunkDetail({ chunk, rung }: ChunkRequest, answer: ChunkAnswer | null): object {
  const { model, revision, precision, queue } = rung;
  const asked = { spans: chunk.spans, model, revision, precision, queue };
  if (answer === null) return asked;
  const { language, languageProbability, confidence, noSpeech, temperature, segments } = answer.result;
  const { device, seconds, found } = answer.run;
  const heard = { language, languageProbability, confidence, noSpeech, temperature };
  return { ...asked, device, seconds, found, ...heard, segments: segments.length };
}
