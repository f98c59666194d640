import type { LonghandError } from '../../workflows/errors.ts';
import { toLonghandError } from '../failure.ts';
import type { Longhand } from '../longhand.ts';
import type { TranscriptionStatus } from '../status.ts';
import { askServer } from './ask-server.ts';
import { CANCELLED_WITHIN } from './await-transcription.ts';
import { errorDocument, exitStatusOf, explain, type ErrorDocument } from './exit.ts';
import { writeJson, writeLine } from './output.ts';
import type { Settings } from './settings.ts';

/** A transcription as `cancel --json` shows it, one line each. */
export interface CancelledDocument {
  readonly id: string;
  /** How it stands: `running` where its workers have still to end it; null where there is an error. */
  readonly status: TranscriptionStatus | null;
  readonly error: ErrorDocument | null;
}

/**
 * `longhand cancel`: asks for the end of each transcription, and waits a moment for it; what has ended before stays
 * so. Gives the exit status: that of the first ID that failed.
 */
export async function cancel(ids: readonly string[], json: boolean, settings: Settings): Promise<number> {
  return askServer(settings, async ({ longhand, display }) => {
    // All at once, so that they end together; told in their order.
    const documents = await Promise.all(ids.map((id) => cancelOne(longhand, id)));
    let status = 0;
    for (const { error, ...document } of documents) {
      if (error !== null) status ||= exitStatusOf(error);
      if (json)
        await writeJson({ ...document, error: error && errorDocument(error) } satisfies CancelledDocument);
      else if (error !== null) display.note(`${document.id}: ${explain(error)}`);
      else await writeLine(`${document.id}  ${document.status}`);
    }
    return status;
  });
}

interface Cancelled {
  readonly id: string;
  readonly status: TranscriptionStatus | null;
  readonly error: LonghandError | null;
}

/** How the transcription stands after its end was asked for. */
async function cancelOne(longhand: Longhand, id: string): Promise<Cancelled> {
  try {
    const transcription = longhand.get(id);
    await transcription.cancel();
    await transcription.result({ signal: AbortSignal.timeout(CANCELLED_WITHIN) }).catch(() => undefined);
    return { id, status: (await transcription.describe()).status, error: null };
  } catch (error) {
    return { id, status: null, error: toLonghandError(error) };
  }
}
