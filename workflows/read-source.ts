import type { Phase, Recording, Source, TranscriptionRequest } from './contract.ts';
import { media } from './proxies.ts';
import { ingestSummary } from './summaries.ts';

/**
 * The source of a request, fetched where its bytes are not known yet, and its recording; of a run that does gaps again,
 * those of the run before. `enter` hears of each phase as it begins.
 */
export async function readSource(
  { source: asked, again }: TranscriptionRequest,
  job: string,
  enter: (phase: Phase) => void,
): Promise<{ readonly source: Source; readonly recording: Recording }> {
  const summary = ingestSummary(asked);
  let source: Source;
  if (asked.sha256 !== null) source = asked;
  else if (again?.fetched) source = again.fetched;
  else {
    enter('fetch');
    source = await media.fetch.executeWithOptions({ summary }, [{ job, source: asked }]);
  }
  enter('ingest');
  const recording = again?.recording ?? (await media.ingest.executeWithOptions({ summary }, [source]));
  return { source, recording };
}
