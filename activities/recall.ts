import { activityInfo } from '@temporalio/activity';
import type { ChunkAnswer, ChunkRequest, SectionReport } from '../workflows/contract.ts';
import { sectionReportKey } from './store/keys.ts';
import type { Store } from './store/store.ts';
import { findChunk, hundredths } from './transcribe.ts';
import type { Known, KnownInput } from './types.ts';

/** Which texts of a section's chunks a job had, in plan order, by what it reported; none where it did not save it. */
export async function knownTexts({ job, section, ladder }: KnownInput, store: Store): Promise<Known[][]> {
  const bytes = await store.get(sectionReportKey(job, section));
  if (bytes === null) return [];
  const { chunks } = JSON.parse(bytes.toString('utf8')) as SectionReport;
  return chunks.map(({ tries }) =>
    tries.flatMap(({ model, precision, queue, language, run }): Known[] => {
      const rung = ladder.findIndex(
        (one) => one.model === model && one.precision === precision && one.queue === queue,
      );
      return run === null || rung < 0 ? [] : [[language, rung]];
    }),
  );
}

/** A chunk's text from the store; null where it does not hold it. `worker`: identity of who looks. */
export async function recall(
  request: ChunkRequest,
  { store, worker }: { readonly store: Store; readonly worker: string },
): Promise<ChunkAnswer | null> {
  const start = performance.now();
  const { known } = await findChunk(request, store);
  const seconds = hundredths((performance.now() - start) / 1000);
  const { attempt } = activityInfo();
  return known && { result: known, run: { attempt, worker, device: 'store', seconds, found: true } };
}
