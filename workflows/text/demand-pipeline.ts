import { ApplicationFailure } from '@temporalio/common';
import { LonghandError } from '../errors.ts';
import { invalid } from './given.ts';
import { readPipeline, type TextStep } from './pipeline.ts';

/**
 * The pipeline of a request that any client may have written; none where it has none. Throws LH_PIPELINE_INVALID as a
 * failure, which ends the workflow.
 */
export function demandPipeline(given: unknown = []): TextStep[] {
  try {
    const pipeline = readPipeline(given);
    // A newer build would take a newer version when it goes on.
    const unversioned = (given as readonly Partial<TextStep>[]).findIndex(
      ({ version }) => version === undefined,
    );
    if (unversioned < 0) return pipeline;
    throw invalid(`text[${unversioned}].version`, 'a version, which the client decides', undefined);
  } catch (error) {
    if (!(error instanceof LonghandError)) throw error;
    throw ApplicationFailure.nonRetryable(error.message, error.code);
  }
}
