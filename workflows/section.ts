import { setHandler } from '@temporalio/workflow';
import { sectionProgressQuery } from './queries.ts';
import { runSection, type SectionInput, type SectionResult } from './section-run.ts';

/** One section of a long recording, a child of `transcription`. */
export async function section(input: SectionInput): Promise<SectionResult> {
  const progress = { committed: 0, gaps: 0 };
  setHandler(sectionProgressQuery, () => progress);
  return runSection(input, progress);
}
