import { canonicalJson } from './store/canonical.ts';
import { sectionKey } from './store/keys.ts';
import type { Store } from './store/store.ts';
import type { SaveInput } from './types.ts';

/** Commits a finished section; a section committed before stays. Returns its key. */
export async function saveSection({ job, section, transcript }: SaveInput, store: Store): Promise<string> {
  const key = sectionKey(job, section);
  await store.put(key, Buffer.from(canonicalJson(transcript)));
  return key;
}
