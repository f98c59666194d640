import type { Phase, Recording, Source, TranscriptionRequest } from './contract.ts';
import { media } from './proxies.ts';
import { ingestSummary } from './summaries.ts';

/**
 * The source of a request, fetched where its bytes are not known yet, and its recording; of a run that goes on from
 * another, those of that. `enter` hears of each phase as it begins.
 */
export async function readSource(
  { source: asked, again, reprocess }: TranscriptionRequest,
  job: string,
  enter: (phase: Phase) => void,
): Promise<{ readonly source: Source; readonly recording: Recording }> {
  const left = again ?? reprocess;
  const summary = ingestSummary(asked);
  let source: Source;
  if (asked.sha256 !== null) source = asked;
  else if (left?.fetched) source = left.fetched;
  else {
    enter('fetch');
    source = await media.fetch.executeWithOptions({ summary }, [{ job, source: asked }]);
  }
  enter('ingest');
  const recording = left?.recording ?? (await media.ingest.executeWithOptions({ summary }, [source]));
  return { source, recording };
}
