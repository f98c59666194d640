import type { TranscriptionResult } from '../../workflows/contract.ts';
import { askServer } from './ask-server.ts';
import { tellProgress } from './await-transcription.ts';
import { resultDocument } from './documents.ts';
import { whenAborted } from './exit.ts';
import { writeJson, writeLine } from './output.ts';
import type { IdentifiedResult } from './result.ts';
import type { Settings } from './settings.ts';

/**
 * `longhand retry`: does the gaps of a transcription again, and waits for the end. Ctrl-C ends the waiting alone. Throws
 * what `Transcription.retryGaps` and `Transcription.result` throw.
 */
export async function retry(id: string, json: boolean, settings: Settings): Promise<void> {
  await askServer(settings, async ({ longhand, display, serve, interrupted }) => {
    const over = new AbortController();
    const run = async (): Promise<TranscriptionResult> => {
      const transcription = longhand.get(id);
      const { name, models } = await transcription.describe();
      serve(models);
      const again = await transcription.retryGaps({ signal: over.signal });
      void tellProgress(again, (progress) => display.progressed(name, progress), over.signal);
      return again.result({ signal: over.signal });
    };
    const ended = await Promise.race([run(), whenAborted(interrupted)]).finally(() => {
      over.abort();
      display.hide();
    });
    if (json) return writeJson({ id, ...resultDocument(ended, []) } satisfies IdentifiedResult);
    await writeLine(`${id}  ${ended.gaps} gap${ended.gaps === 1 ? '' : 's'} left`);
  });
}
