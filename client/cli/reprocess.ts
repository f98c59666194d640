import { basename } from 'node:path';
import { DEFAULT_FORMATS } from '../../workflows/defaults.ts';
import { decideReprocess, isPath } from '../reprocess.ts';
import type { Transcription } from '../transcription.ts';
import { askServer, type Asking } from './ask-server.ts';
import { awaitTranscription } from './await-transcription.ts';
import { resultDocument } from './documents.ts';
import { explained, readTexts } from './explanation.ts';
import { write, writeJson } from './output.ts';
import type { IdentifiedResult } from './result.ts';
import type { Settings } from './settings.ts';
import { showUntilEnd } from './show-until-end.ts';
import { textSteps, type TextFlags } from './text-steps.ts';

export interface ReprocessFlags extends TextFlags {
  readonly formats?: string[];
  readonly out?: string;
}

/**
 * `longhand reprocess`: applies other steps to a finished transcript, an ID or a json output, and prints or writes what
 * comes of it; waits for a transcription that runs. Ctrl-C cancels what it started. Throws what
 * `Longhand.reprocess` and `Transcription.result` throw.
 */
export async function reprocess(
  transcript: string,
  { formats, out, ...flags }: ReprocessFlags,
  json: boolean,
  settings: Settings,
): Promise<void> {
  const remarks: string[] = [];
  const text = await textSteps(flags, (remark) => remarks.push(remark));
  const checked = decideReprocess({
    text,
    formats: formats ?? (out === undefined ? ['txt'] : DEFAULT_FORMATS),
  });
  const made = explained(checked.formats, flags.explain === true);
  await askServer(settings, async (at) => {
    const { longhand, display, interrupted } = at;
    for (const remark of remarks) display.note(remark);
    if (!isPath(transcript)) await untilEnd(longhand.get(transcript), at);
    const starting = longhand.reprocess(transcript, { text: checked.text, formats: made });
    const { transcription, result } = await awaitTranscription(starting, {
      onStarted: () => undefined,
      onProgress: (progress) => display.progressed(basename(transcript), progress),
      interrupted,
    });
    display.hide();
    const files = out === undefined ? [] : await transcription.download(out);
    const { id } = transcription;
    if (json) return writeJson({ id, ...resultDocument(result, files) } satisfies IdentifiedResult);
    for (const file of files) display.note(file);
    if (out !== undefined) return;
    const { text: said, explanation } = await readTexts(transcription, made, {
      ...(formats && { formats }),
      ...flags,
    });
    await write(said);
    for (const line of explanation) display.note(line);
  });
}

/** Waits for a transcription that runs, with the models that it needs. */
async function untilEnd(transcription: Transcription, at: Asking): Promise<void> {
  const { status } = await transcription.describe();
  if (status === 'running') await showUntilEnd(transcription, at);
}
