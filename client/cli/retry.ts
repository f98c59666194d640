import { askServer } from './ask-server.ts';
import { resultDocument } from './documents.ts';
import { writeJson, writeLine } from './output.ts';
import type { IdentifiedResult } from './result.ts';
import type { Settings } from './settings.ts';
import { showUntilEnd } from './show-until-end.ts';

/**
 * `longhand retry`: does the gaps of a transcription again, and waits for the end. Ctrl-C ends the waiting alone. Throws
 * what `Transcription.retryGaps` and `Transcription.result` throw.
 */
export async function retry(id: string, json: boolean, settings: Settings): Promise<void> {
  await askServer(settings, async (at) => {
    const transcription = at.longhand.get(id);
    const ended = await showUntilEnd(transcription, at, (signal) => transcription.retryGaps({ signal }));
    if (json) return writeJson({ id, ...resultDocument(ended, []) } satisfies IdentifiedResult);
    await writeLine(`${id}  ${ended.gaps} gap${ended.gaps === 1 ? '' : 's'} left`);
  });
}
