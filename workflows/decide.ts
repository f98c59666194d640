import { upsertMemo } from '@temporalio/workflow';
import { modelName, type TranscriptionRequest } from './contract.ts';
import { media } from './proxies.ts';
import { modelsOf } from './rung.ts';
import { ingestSummary } from './summaries.ts';

/**
 * A request of another language's client, decided by a worker: what it decides stands in the history, so that a newer build
 * goes on with it. Its memo is as that of others, so that lists show what it is of.
 */
export async function decide(asked: unknown): Promise<TranscriptionRequest> {
  const request = await media.decide.executeWithOptions({ summary: 'request' }, [asked]);
  const { source, options, tenant } = request;
  upsertMemo({
    name: ingestSummary(source),
    model: modelName(options.model),
    models: modelsOf(options),
    tenant,
  });
  return request;
}
