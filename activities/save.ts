import { canonicalJson } from './store/canonical.ts';
import { sectionKey, sectionReportKey } from './store/keys.ts';
import { readJson } from './store/read-json.ts';
import type { Store } from './store/store.ts';
import type { PackedSection } from '../workflows/contract.ts';
import type { SaveInput, SectionPlace } from './types.ts';

/**
 * Commits a finished section; a section committed before stays. What happened to its chunks goes first, so that a
 * section that is there has its report.
 */
export async function saveSection(
  { job, section, transcript, report }: SaveInput,
  store: Store,
): Promise<void> {
  if (report) await store.put(sectionReportKey(job, section), Buffer.from(canonicalJson(report)));
  await store.put(sectionKey(job, section), Buffer.from(canonicalJson(transcript)));
}

/** A section as a job has heard it. Throws LH_STORE_MISSING. */
export async function readSection({ job, section }: SectionPlace, store: Store): Promise<PackedSection> {
  const { segments, chunks } = await readJson<PackedSection>(sectionKey(job, section), store);
  return { segments, chunks };
}
