import { FORMATS, type Format, type TranscriptionResult } from '../../workflows/contract.ts';
import { LonghandError } from '../../workflows/errors.ts';
import type { Transcription } from '../transcription.ts';
import { askServer } from './ask-server.ts';
import { resultDocument, type ResultDocument } from './documents.ts';
import { write, writeJson } from './output.ts';
import type { Settings } from './settings.ts';
import { showUntilEnd } from './show-until-end.ts';

export interface ResultWanted {
  readonly format?: string;
  readonly out?: string;
}

/** What `result --json` shows. */
export interface IdentifiedResult extends ResultDocument {
  readonly id: string;
}

/**
 * `longhand result`: waits for the end, then prints one output, or writes one or all to a folder. Throws what the
 * transcription ended with, LH_FORMAT_UNKNOWN, LH_NOT_WRITABLE, LH_DISK_FULL.
 */
export async function result(
  id: string,
  wanted: ResultWanted,
  json: boolean,
  settings: Settings,
): Promise<void> {
  const format = wanted.format === undefined ? undefined : formatOf(wanted.format);
  await askServer(settings, async (at) => {
    const { longhand, display } = at;
    const transcription = longhand.get(id);
    const ended = await showUntilEnd(transcription, at);
    const files = wanted.out === undefined ? [] : await download(transcription, wanted.out, format);
    if (json) return writeJson({ id, ...resultDocument(ended, files) } satisfies IdentifiedResult);
    for (const file of files) display.note(file);
    if (wanted.out === undefined) await write(await transcription.read(format ?? printed(ended)));
  });
}

const download = (transcription: Transcription, out: string, format: Format | undefined): Promise<string[]> =>
  transcription.download(out, format === undefined ? {} : { formats: [format] });

/** Text where it was asked for, else the first output there is. */
function printed({ outputs }: TranscriptionResult): Format {
  const formats = outputs.map(({ format }) => format);
  return formats.includes('txt') ? 'txt' : (formats[0] ?? 'txt');
}

function formatOf(name: string): Format {
  const format = FORMATS.find((one) => one === name.trim().toLowerCase());
  if (format !== undefined) return format;
  throw new LonghandError(
    'LH_FORMAT_UNKNOWN',
    `Expected \`format\` to be one of ${FORMATS.join(', ')}, got \`${name}\``,
  );
}
