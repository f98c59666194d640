import { speechOf, type TranscriptChunk } from './contract.ts';
import { finishSection } from './finish-section.ts';
import { media } from './proxies.ts';
import type { SectionInput, SectionResult, SectionWatch } from './section-run.ts';
import { sectionSummary } from './summaries.ts';

/** Post-processes and saves a section as another job has heard it. */
export async function reprocessSection(
  input: SectionInput,
  heardBy: string,
  watch: SectionWatch,
): Promise<SectionResult> {
  const { section, sections, span } = input;
  const summary = sectionSummary(section, sections, span);
  watch.changed('plan');
  const heard = await media.readSection.executeWithOptions({ summary }, [{ job: heardBy, section }]);
  const gaps = heard.chunks.filter(({ gap }) => gap !== null).length;
  watch.progress.gaps = gaps;
  const finished = await finishSection(input, heard, null, watch, summary);
  return {
    speech: heard.chunks.reduce((sum, chunk) => sum + speechOf(chunk), 0),
    languages: languagesOf(heard.chunks),
    ...finished,
    gaps,
    falls: 0,
    descents: [],
    unserved: [],
  };
}

/** Samples of speech in each language. How sure of it they were, their section does not say. */
function languagesOf(chunks: readonly TranscriptChunk[]): Record<string, number> {
  const weights: Record<string, number> = {};
  for (const chunk of chunks) {
    if (chunk.language !== null) weights[chunk.language] = (weights[chunk.language] ?? 0) + speechOf(chunk);
  }
  return weights;
}
