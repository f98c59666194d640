import type { Deletion } from '../delete.ts';
import { toLonghandError } from '../failure.ts';
import { askServer } from './ask-server.ts';
import { errorDocument, exitStatusOf, explain, type ErrorDocument } from './exit.ts';
import { writeJson, writeLine } from './output.ts';
import type { Settings } from './settings.ts';

/** A transcription as `delete --json` shows it, one line each. */
export type DeletedDocument = { readonly id: string } & (
  (Deletion & { readonly error: null }) | { readonly error: ErrorDocument }
);

/**
 * `longhand delete`: deletes what each transcription has left, one after the other. Gives the exit status: that of the
 * first ID that failed.
 */
export async function deleteAll(
  ids: readonly string[],
  outputs: boolean,
  json: boolean,
  settings: Settings,
): Promise<number> {
  return askServer(settings, async ({ longhand, display }) => {
    let status = 0;
    for (const id of ids) {
      try {
        const deletion = await longhand.delete(id, { outputs });
        if (json) await writeJson({ ...deletion, error: null } satisfies DeletedDocument);
        else await writeLine(`${id}  ${told(deletion)}`);
      } catch (error) {
        const coded = toLonghandError(error);
        status ||= exitStatusOf(coded);
        if (json) await writeJson({ id, error: errorDocument(coded) } satisfies DeletedDocument);
        else display.note(`${id}: ${explain(coded)}`);
      }
    }
    return status;
  });
}

function told({ files, bytes, executions, sharedWith }: Deletion): string {
  if (files === 0 && executions === 0) return 'nothing was left';
  const what = `deleted ${counted(files, 'file')} (${(bytes / 1e6).toFixed(1)} MB), ${counted(executions, 'workflow')}`;
  return sharedWith.length === 0 ? what : `${what}; its recording is kept for ${sharedWith.join(', ')}`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
