import { defineSignal, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { sectionDetails } from './details.ts';
import { ladderStanding } from './ladder-standing.ts';
import { LadderWatch } from './ladder-watch.ts';
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

/** Index of the highest rung that new chunks may start on, from the transcription. */
export const ceilingSignal = defineSignal<[number]>('ceiling');

/** One section of a long recording, a child of `transcription`. */
export async function section(input: SectionInput): Promise<SectionResult> {
  const { span, section: index, sections } = input;
  const stopwatch = new Stopwatch();
  let phase: SectionPhase = 'plan';
  const changed = (latest: SectionPhase): void => {
    phase = latest;
    if (phase === 'transcribe') stopwatch.start();
    if (phase === 'done') stopwatch.stop();
    const { elapsed } = stopwatch;
    const standing = {
      phase,
      ...watch.progress,
      total: span[1] - span[0],
      elapsed,
      ladder: ladderStanding(ladder),
      text: preview(watch.texts),
    };
    setCurrentDetails(sectionDetails(standing, index, sections, span));
  };
  const watch: SectionWatch = {
    progress: { committed: 0, gaps: 0, falls: 0 },
    texts: [],
    changed,
  };
  const ladder = new LadderWatch(input.ladder, input.memory, () => changed(phase));
  setHandler(ceilingSignal, (ceiling) => ladder.setCeiling(ceiling), DESCRIPTIONS.ceiling);
  setHandler(sectionProgressQuery, () => watch.progress, DESCRIPTIONS.progress);
  setHandler(previewQuery, () => preview(watch.texts), DESCRIPTIONS.preview);
  return runSection(input, watch, ladder);
}
