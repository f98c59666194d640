import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { sleep, startChild, workflowInfo, type ChildWorkflowHandle } from '@temporalio/workflow';
import type { Progress, Recording, Span, TranscriptionOptions, TranscriptionRequest } from './contract.ts';
import { addWeights, mainLanguage, type LanguageWeights } from './language.ts';
import { mapInOrder } from './map-in-order.ts';
import type { LadderWatch } from './ladder-watch.ts';
import { ceilingSignal, section } from './section.ts';
import { media } from './proxies.ts';
import { runSection, type SectionInput, type SectionResult } from './section-run.ts';
import { pipelineSummary, sectionSummary } from './summaries.ts';
import type { TextStep } from './text/pipeline.ts';
import { list } from './visibility.ts';

/** Sections that run at once: one on the devices, one whose chunks wait behind it, one being planned. */
const SECTIONS_AT_ONCE = 3;

/** Characters of a pipeline that is given to each section in its input: the hundreds of a long recording stand in one history. */
const LONGEST_PIPELINE = 4000;

/** A section before it is known what the ladder has learnt, and how it hears of the pipeline. */
type UnstartedSection = Omit<SectionInput, 'memory' | 'text'>;

/** Kept up to date while a transcription runs. */
export interface TranscriptionWatch {
  readonly progress: { -readonly [K in keyof Progress]: Progress[K] };
  /** In plan order, of the chunks of the only section or of the sections; null where none is committed yet. */
  texts: (string | null)[];
  /** Called at each change. */
  readonly changed: () => void;
  /** Null until it is resolved. */
  ladder: LadderWatch | null;
  /** Tells a section that runs as a child of a new ceiling. */
  readonly children: Map<number, (ceiling: number) => Promise<void>>;
}

/**
 * A recording of one section runs here, a longer one in a child a section, a few at a time, in order. Where the language
 * is the file's, the first section in which somebody speaks says what those after it are heard in.
 */
export async function runSections(
  { options, again, reprocess }: TranscriptionRequest,
  pipeline: readonly TextStep[],
  recording: Recording,
  ladder: LadderWatch,
  watch: TranscriptionWatch,
): Promise<SectionResult[]> {
  const { progress, changed } = watch;
  const spans = spansOf(recording);
  const inputs = spans.map((span, index): UnstartedSection => ({
    job: progress.job,
    section: index,
    sections: spans.length,
    recording: recording.key,
    span,
    ladder: ladder.ladder,
    gaps: options.gaps,
    ...(options.lowerUnderLoad && { lowerUnderLoad: true }),
    again: again ? { job: again.job, ladder: again.ladder } : null,
    ...(reprocess && !again && { reprocess: reprocess.job }),
    language: options.language,
    languagePer: options.languagePer,
    wording: wordingOf(options),
  }));
  const [only, ...others] = inputs;
  if (only && others.length === 0) {
    const result = await runSection({ ...only, text: pipeline, memory: ladder.memory }, watch, ladder);
    progress.sectionsDone = 1;
    return [result];
  }
  const text = await handOn(pipeline, progress.job);
  const done = new Set<number>();
  let languages: LanguageWeights = {};
  let started: Promise<unknown> = Promise.resolve();
  watch.texts = spans.map(() => null);
  const run = async (input: UnstartedSection): Promise<SectionResult> => {
    const { section: index, sections, span } = input;
    // Counted from 1, as its summary is.
    const workflowId = `${workflowInfo().workflowId}/${index + 1}`;
    progress.running = [...progress.running, workflowId];
    changed();
    const staticSummary = sectionSummary(index, sections, span);
    // One after the other, so that they are planned in order: a short last section before a long first one would put
    // its few windows into batches of their own.
    let { ceiling } = ladder.memory;
    const start = started.then(() => {
      ({ ceiling } = ladder.memory);
      return startSection(workflowId, { ...input, text, memory: ladder.memory }, staticSummary);
    });
    started = start;
    const child = await start;
    // One that has ended begins no more chunks.
    const tell = (ceiling: number): Promise<void> =>
      child.signal(ceilingSignal, ceiling).catch(() => undefined);
    watch.children.set(index, tell);
    // It may have been set while the child was started.
    if (ladder.memory.ceiling !== ceiling) await tell(ladder.memory.ceiling);
    const result = await child.result();
    watch.children.delete(index);
    ladder.ended(index, result.descents);
    ladder.setUnserved(result.unserved);
    progress.running = progress.running.filter((id) => id !== workflowId);
    progress.committed += span[1] - span[0];
    progress.gaps += result.gaps;
    progress.falls += result.falls;
    done.add(index);
    while (done.has(progress.sectionsDone)) progress.sectionsDone += 1;
    watch.texts[index] = result.tail;
    languages = addWeights([languages, result.languages]);
    list({ phase: progress.phase, language: mainLanguage(languages) });
    changed();
    return result;
  };
  const first: SectionResult[] = [];
  let { language } = options;
  while (options.languagePer === 'file' && language === 'auto' && first.length < inputs.length) {
    const result = await run(inputs[first.length]!);
    first.push(result);
    language = mainLanguage(result.languages) ?? language;
  }
  const rest = inputs.slice(first.length).map((input) => ({ ...input, language }));
  return [...first, ...(await mapInOrder(rest, SECTIONS_AT_ONCE, run))];
}

/** What each section is told of the pipeline; null where it is long, once it is kept with the job. */
async function handOn(pipeline: readonly TextStep[], job: string): Promise<readonly TextStep[] | null> {
  if (JSON.stringify(pipeline).length <= LONGEST_PIPELINE) return pipeline;
  await media.keepPipeline.executeWithOptions({ summary: pipelineSummary(pipeline) }, [{ job, pipeline }]);
  return null;
}

function wordingOf(options: TranscriptionOptions): SectionInput['wording'] {
  const { languages, task, prompt, hotwords, words } = options;
  return { languages, task, prompt, hotwords, words };
}

/**
 * Starts a section as a child. A run that is made again at once finds the child of the one before still being ended by
 * the server, and waits for that.
 */
async function startSection(
  workflowId: string,
  input: SectionInput,
  staticSummary: string,
): Promise<ChildWorkflowHandle<typeof section>> {
  for (;;) {
    try {
      return await startChild(section, { workflowId, args: [input], staticSummary });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await sleep('1s');
    }
  }
}

function spansOf({ sectionEnds }: Recording): Span[] {
  return sectionEnds.map((end, index): Span => [sectionEnds[index - 1] ?? 0, end]);
}
