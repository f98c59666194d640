import { fileURLToPath } from 'node:url';
import type { TranscriptionResult } from '../../workflows/contract.ts';
import type { ErrorDocument } from './exit.ts';

/** A file as `start --json` shows it, one line each. */
export interface StartedDocument {
  /** Path as it was given, or found below a folder; of a URL nothing that may be a secret. */
  readonly file: string;
  /** Null where the file failed before a transcription was started. */
  readonly id: string | null;
  /** Whether the transcription was there before. */
  readonly attached: boolean;
  readonly error: ErrorDocument | null;
}

/** A file as `transcribe --json` shows it, one line each. */
export interface FileDocument extends StartedDocument {
  /** Null where there is an error. */
  readonly result: ResultDocument | null;
}

/** What a transcription gave, as `transcribe --json` and `result --json` show it. Durations in seconds. */
export interface ResultDocument extends Pick<
  TranscriptionResult,
  'duration' | 'speech' | 'language' | 'sections' | 'segments' | 'gaps' | 'falls' | 'outputs' | 'remark'
> {
  /** Paths of the output files on this machine; empty where the outputs stay in the store. */
  readonly files: readonly string[];
}

export function resultDocument(result: TranscriptionResult, files: readonly string[]): ResultDocument {
  const { duration, speech, language, sections, segments, gaps, falls, outputs } = result;
  const remark = result.remark === undefined ? {} : { remark: result.remark };
  return { duration, speech, language, sections, segments, gaps, falls, outputs, ...remark, files };
}

/** Paths of outputs that workers wrote to a folder of this machine. */
export const pathsOf = ({ outputs }: TranscriptionResult): string[] =>
  outputs.map(({ uri }) => fileURLToPath(uri));
