import { setCurrentDetails, setHandler } from '@temporalio/workflow';
import { sectionDetails } from './details.ts';
import { preview } from './preview.ts';
import { DESCRIPTIONS, previewQuery, sectionProgressQuery } from './queries.ts';
import {
  runSection,
  type SectionInput,
  type SectionPhase,
  type SectionResult,
  type SectionWatch,
} from './section-run.ts';
import { Stopwatch } from './stopwatch.ts';

/** One section of a long recording, a child of `transcription`. */
export async function section(input: SectionInput): Promise<SectionResult> {
  const { span, section: index, sections } = input;
  const stopwatch = new Stopwatch();
  const show = (phase: SectionPhase): void => {
    if (phase === 'transcribe') stopwatch.start();
    if (phase === 'done') stopwatch.stop();
    const { elapsed } = stopwatch;
    const standing = {
      phase,
      ...watch.progress,
      total: span[1] - span[0],
      elapsed,
      text: preview(watch.texts),
    };
    setCurrentDetails(sectionDetails(standing, index, sections, span));
  };
  const watch: SectionWatch = {
    progress: { committed: 0, gaps: 0, falls: 0 },
    texts: [],
    changed: show,
  };
  setHandler(sectionProgressQuery, () => watch.progress, DESCRIPTIONS.progress);
  setHandler(previewQuery, () => preview(watch.texts), DESCRIPTIONS.preview);
  return runSection(input, watch);
}
