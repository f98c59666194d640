import type { Rung } from '../../workflows/contract.ts';
import { askServer } from './ask-server.ts';
import { whenAborted } from './exit.ts';
import { writeJson, writeLine } from './output.ts';
import type { Settings } from './settings.ts';

/** What `ceiling --json` shows. */
export interface CeilingDocument {
  readonly id: string;
  readonly ceiling: Rung;
}

/**
 * `longhand ceiling`: sets the highest rung that a transcription starts new chunks on. Throws what
 * `Transcription.setCeiling` throws.
 */
export async function ceiling(id: string, rung: string, json: boolean, settings: Settings): Promise<void> {
  await askServer(settings, async ({ longhand, interrupted }) => {
    const set = await Promise.race([longhand.get(id).setCeiling(rung), whenAborted(interrupted)]);
    if (json) return writeJson({ id, ceiling: set } satisfies CeilingDocument);
    await writeLine(`${id}  ${set.model} ${set.precision} on ${set.queue}`);
  });
}
