import type { Client } from '@temporalio/client';
import { preview, PREVIEW_BYTES } from '../workflows/preview.ts';
import type { Progress, SectionTranscript } from '../workflows/contract.ts';

/** The end of what a running transcription has heard: what its finished sections said, then those that run behind them. */
export async function runningPreview({ workflow }: Client, id: string, runId: string): Promise<string> {
  const handle = workflow.getHandle(id, runId);
  // One after the other: a workflow without a worker takes in one query at a time.
  const folded = await handle.query<string>('preview');
  const { running } = await handle.query<Progress>('progress');
  const texts = await Promise.all(
    lastInARow(running).map((section) =>
      workflow
        .getHandle(section)
        .query<string>('preview')
        // One that ends between the queries is in the next answer.
        .catch(() => ''),
    ),
  );
  return preview([folded, ...texts]);
}

/** The end of what finished sections say. `read` gives the section of a number from 0. */
export async function finishedPreview(
  sections: number,
  read: (section: number) => Promise<SectionTranscript>,
): Promise<string> {
  const texts: string[] = [];
  for (let section = sections - 1; section >= 0; section--) {
    const { segments } = await read(section);
    texts.unshift(segments.map(({ text }) => text).join('\n'));
    if (Buffer.byteLength(texts.join('\n')) > PREVIEW_BYTES) break;
  }
  return preview(texts);
}

/** Of workflow IDs that end in a number, those without a gap before the highest: nothing after them is finished. */
export function lastInARow(ids: readonly string[]): string[] {
  const numberOf = (id: string): number => Number(id.slice(id.lastIndexOf('/') + 1));
  const sorted = [...ids].sort((a, b) => numberOf(a) - numberOf(b));
  const highest = sorted.length === 0 ? 0 : numberOf(sorted.at(-1) ?? '');
  return sorted.filter((id, index) => highest - numberOf(id) === sorted.length - 1 - index);
}
