import { canonicalJson } from './store/canonical.ts';
import { sectionKey, sectionReportKey } from './store/keys.ts';
import type { Store } from './store/store.ts';
import type { SaveInput } from './types.ts';

/**
 * Commits a finished section; a section committed before stays. What happened to its chunks goes first, so that a
 * section that is there has its report.
 */
export async function saveSection(
  { job, section, transcript, report }: SaveInput,
  store: Store,
): Promise<void> {
  await store.put(sectionReportKey(job, section), Buffer.from(canonicalJson(report)));
  await store.put(sectionKey(job, section), Buffer.from(canonicalJson(transcript)));
}
