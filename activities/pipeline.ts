import type { TextStep } from '../workflows/text/pipeline.ts';
import { canonicalJson } from './store/canonical.ts';
import { pipelineKey } from './store/keys.ts';
import { readJson } from './store/read-json.ts';
import type { Store } from './store/store.ts';
import type { PipelineInput } from './types.ts';

/** Commits a job's pipeline; one committed before stays. */
export async function keepPipeline({ job, pipeline }: PipelineInput, store: Store): Promise<void> {
  await store.put(pipelineKey(job), Buffer.from(canonicalJson(pipeline)));
}

/** Throws LH_STORE_MISSING. */
export function keptPipeline(job: string, store: Store): Promise<readonly TextStep[]> {
  return readJson(pipelineKey(job), store);
}
