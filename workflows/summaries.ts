/**
 * What the Temporal UI shows beside each activity and child workflow. The server refuses a summary of more than 400
 * bytes, and with it the workflow's whole task.
 */
import { range } from './clock.ts';
import type { Chunk, RemoteSource, Source, Span, TranscriptionOptions } from './contract.ts';
import type { TextStep } from './text/pipeline.ts';

const SUMMARY_BYTES = 400;
/** Rungs whose names fit into a summary, each with that of a model. */
const NAMED_RUNGS = 2;
/** Four bytes each at most. */
const NAME_CHARACTERS = 96;

/** `talk.mp3` */
export function ingestSummary({ name }: Source | RemoteSource): string {
  const characters = [...name.replaceAll(/\p{C}+/gu, ' ')];
  if (characters.length <= NAME_CHARACTERS) return characters.join('');
  return `${characters.slice(0, NAME_CHARACTERS - 1).join('')}…`;
}

/** `base · auto`, or `base · ru · fp16, int8` where the caller names a ladder. */
export function resolveSummary({ model, language, ladder }: TranscriptionOptions): string {
  const rungs = ladder.length > NAMED_RUNGS ? `${ladder.length} rungs` : ladder.join(', ');
  return [model, language, rungs].filter((part) => part !== '').join(' · ');
}

/** What the server's list shows beside a transcription: `talk.mp3 · base · auto`. */
export function startSummary(source: Source | RemoteSource, options: TranscriptionOptions): string {
  const encoder = new TextEncoder();
  const characters = [...`${ingestSummary(source)} · ${resolveSummary(options)}`];
  while (encoder.encode(characters.join('')).length > SUMMARY_BYTES) characters.pop();
  return characters.join('');
}

/** `section 3/12 · 20:00–30:00`; counted from 1, as people do. */
export function sectionSummary(index: number, count: number, span: Span): string {
  return `section ${index + 1}/${count} · ${range([span])}`;
}

/** `chunk 17/120 · 08:12–08:41 · int8`; counted within its section, its time that of the recording. */
export function chunkSummary(chunk: Chunk, index: number, count: number, rung: string): string {
  return `chunk ${index + 1}/${count} · ${range(chunk.spans)} · ${rung}`;
}

/** `unicode, script, terms` */
export function pipelineSummary(pipeline: readonly TextStep[]): string {
  return pipeline.map(({ step }) => step).join(', ');
}

/** `json, srt, txt` */
export function publishSummary({ formats }: TranscriptionOptions): string {
  return formats.join(', ');
}
