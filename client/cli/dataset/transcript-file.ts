import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { LonghandError } from '../../../workflows/errors.ts';
import { parseSubtitles, type Cue } from './subtitles.ts';

export interface TranscriptSegment extends Cue {
  /** Whisper's code; null where the file does not say. */
  readonly language: string | null;
}

/** A corrected transcript, as far as a dataset needs it. */
export interface TranscriptFile {
  readonly path: string;
  /** File name of its recording where the transcript says it, else null. */
  readonly source: string | null;
  /** Of its recording, seconds; null where the transcript does not say. */
  readonly duration: number | null;
  readonly segments: readonly TranscriptSegment[];
}

/** Both say what a dataset needs in the same way. */
const SCHEMAS: readonly unknown[] = ['longhand/transcript/1', 'longhand/transcript/2'];

/** Reads Longhand's json, SubRip or WebVTT. Throws LH_SOURCE_MISSING or LH_TRANSCRIPT_INVALID. */
export async function readTranscriptFile(path: string): Promise<TranscriptFile> {
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new LonghandError('LH_SOURCE_MISSING', `Expected a transcript at ${path}, but it cannot be read`, {
      cause,
    });
  });
  const format = extname(path).toLowerCase();
  try {
    if (format === '.json') return parseJson(path, content);
    if (format === '.srt' || format === '.vtt') {
      const cues = parseSubtitles(content, format === '.srt' ? 'srt' : 'vtt');
      return {
        path,
        source: null,
        duration: null,
        segments: cues.map((cue) => ({ ...cue, language: null })),
      };
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LonghandError(
      'LH_TRANSCRIPT_INVALID',
      `Expected a transcript in ${basename(path)}, got: ${reason}`,
      { cause },
    );
  }
  throw new LonghandError('LH_TRANSCRIPT_INVALID', `Expected ${basename(path)} to be .json, .srt or .vtt`);
}

function parseJson(path: string, content: string): TranscriptFile {
  const document = JSON.parse(content) as Record<string, unknown> | null;
  if (document === null || !SCHEMAS.includes(document.schema)) {
    throw new Error(`expected the schema ${SCHEMAS.join(' or ')}, got ${String(document?.schema)}`);
  }
  const { duration, segments } = document;
  const name = (document.source as { readonly name?: unknown } | undefined)?.name;
  if (!Array.isArray(segments)) throw new Error('expected segments');
  return {
    path,
    source: typeof name === 'string' ? name : null,
    duration: typeof duration === 'number' ? duration : null,
    segments: segments.map((segment: Partial<Record<keyof TranscriptSegment, unknown>> | null, index) => {
      const { start, end, text, language } = segment ?? {};
      if (typeof start !== 'number' || typeof end !== 'number' || typeof text !== 'string') {
        throw new Error(`expected start, end and text of segment ${index + 1}`);
      }
      return {
        start,
        end,
        text,
        language: typeof language === 'string' && language !== '' ? language : null,
      };
    }),
  };
}
