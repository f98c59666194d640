import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { canonicalJson, digest } from '../activities/store/canonical.ts';
import { recordingKey, sectionKey } from '../activities/store/keys.ts';
import {
  gpuQueue,
  SAMPLE_RATE,
  type PackedSection,
  type Rung,
  type RunLeft,
  type Transcript,
  type TranscriptChunk,
  type TranscriptionOptions,
  type TranscriptionRequest,
} from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';
import type { UncheckedOptions } from '../activities/request/option-kinds.ts';
import { canonicalOptions } from '../activities/request/options.ts';
import { requestOf } from './decided.ts';
import { leftBy } from './retry.ts';
import { findRun, type Shared } from './run.ts';
import { optionsOf, rawSections, readTranscript } from './transcript-document.ts';

/** What is made of a transcript that was heard before, decided. */
export type DecidedReprocess = Pick<TranscriptionOptions, 'formats' | 'out'> & {
  readonly text: NonNullable<TranscriptionOptions['text']>;
};

/** Throws LH_PIPELINE_INVALID, LH_FORMAT_UNKNOWN or LH_OPTION_INVALID. */
export function decideReprocess(
  wanted: Pick<UncheckedOptions, 'text' | 'formats' | 'out'>,
): DecidedReprocess {
  // Whether there are times of words is seen when the transcript is.
  const { text = [], formats, out } = canonicalOptions({ ...wanted, words: true });
  if (!formats.includes('report')) return { text, formats, out };
  throw new LonghandError(
    'LH_FORMAT_UNKNOWN',
    'Expected `formats` to be some of a transcript alone, for nothing is run again, got `report`',
  );
}

/**
 * The request that makes other text of a finished transcript: of one on the server, by its ID, or of a json output, by its
 * path, whose raw texts are put into the store. Throws LH_TRANSCRIPTION_UNKNOWN, LH_TRANSCRIPT_INVALID, what the
 * transcription ended with, LH_OPTION_INVALID where a format needs words that the transcript has not, and what the store
 * throws.
 */
export async function reprocessRequest(
  transcript: string,
  decided: DecidedReprocess,
  shared: Shared,
): Promise<TranscriptionRequest> {
  const asked = isPath(transcript) ? await ofFile(transcript, shared) : await ofRun(transcript, shared);
  const options: TranscriptionOptions = { ...asked.options, ...decided };
  if (options.formats.includes('vtt-words') && !options.words) {
    throw new LonghandError(
      'LH_OPTION_INVALID',
      'Expected a transcript with the times of its words for the format `vtt-words`, got one that was made without `words`',
    );
  }
  return { ...asked, options };
}

/** Whether a transcript is named by a path: no ID of Longhand's own looks like one. */
export const isPath = (transcript: string): boolean => /[/\\]|\.json$/i.test(transcript);

async function ofRun(id: string, shared: Shared): Promise<TranscriptionRequest> {
  const run = await findRun(shared, id);
  const result = await run.result();
  const { source, options, tenant } = await shared.calls.run(() => requestOf(shared.client, run));
  return { source, options, tenant, reprocess: { ...leftBy(result), language: result.language } };
}

async function ofFile(path: string, shared: Shared): Promise<TranscriptionRequest> {
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    const message = `Expected a transcript at ${path}, but it cannot be read`;
    throw new LonghandError('LH_SOURCE_MISSING', message, { cause });
  });
  const { document, options, sections } = understood(path, content);
  const left = await shared.calls.run(() => keep(document, sections, shared));
  const { source, language } = document;
  return {
    source: { ...source, uri: '' },
    options,
    tenant: null,
    reprocess: { ...left, language },
  };
}

interface Understood {
  readonly document: Transcript;
  readonly options: TranscriptionOptions;
  readonly sections: readonly PackedSection[];
}

/** Throws LH_TRANSCRIPT_INVALID. */
function understood(path: string, content: string): Understood {
  try {
    const document = readTranscript(content);
    return { document, options: optionsOf(document), sections: rawSections(document) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `Expected a transcript in ${basename(path)}, got: ${reason}`;
    throw new LonghandError('LH_TRANSCRIPT_INVALID', message, { cause });
  }
}

/** Puts the sections of a json output into the store, as a job of their own. */
async function keep(
  document: Transcript,
  sections: readonly PackedSection[],
  { store }: Shared,
): Promise<RunLeft> {
  const job = `transcript-${digest(sections)}`;
  const opened = await store.open();
  for (const [index, section] of sections.entries()) {
    await opened.put(sectionKey(job, index), Buffer.from(canonicalJson(section)));
  }
  const samples = Math.round(document.duration * SAMPLE_RATE);
  const sectionEnds = endsOf(
    sections.map(({ chunks }) => chunks),
    samples,
  );
  const recording = { key: recordingKey(document.source.sha256), samples, sectionEnds };
  return { job, recording, ladder: rungsOf(document) };
}

/** Where sections end, as far as their chunks say it: nothing but the progress goes by it. */
function endsOf(sections: readonly (readonly TranscriptChunk[])[], samples: number): number[] {
  let end = 0;
  return sections.map((chunks, index) => {
    end = Math.max(end, chunks.at(-1)?.spans.at(-1)?.[1] ?? 0);
    return index === sections.length - 1 ? samples : end;
  });
}

/** The rungs that gave the texts. */
function rungsOf({ chunks }: Transcript): Rung[] {
  const rungs = chunks.flatMap(({ rung }) => (rung ? [{ ...rung, queue: gpuQueue(rung.model) }] : []));
  return [...new Map(rungs.map((rung) => [JSON.stringify(rung), rung])).values()];
}
