import { condition, metricMeter, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import {
  jobOf,
  SAMPLE_RATE,
  type Phase,
  type Progress,
  type RunReport,
  type TranscriptionOptions,
  type TranscriptionRequest,
  type TranscriptionResult,
} from './contract.ts';
import { decide } from './decide.ts';
import { isDecided } from './is-decided.ts';
import { transcriptionDetails } from './details.ts';
import { record } from './figures.ts';
import type { TranscriptHeader } from './formats/format.ts';
import { addWeights, mainLanguage } from './language.ts';
import { NOTHING_LEARNT } from './ladder-memory.ts';
import { ladderStanding } from './ladder-standing.ts';
import { LadderWatch } from './ladder-watch.ts';
import { preview } from './preview.ts';
import { media } from './proxies.ts';
import { DESCRIPTIONS, previewQuery, progressQuery } from './queries.ts';
import { readSource } from './read-source.ts';
import { replying } from './replying.ts';
import { demandRung, setCeilingUpdate } from './set-ceiling.ts';
import { runSections, type TranscriptionWatch } from './sections.ts';
import { Stopwatch } from './stopwatch.ts';
import { publishSummary, resolveSummary } from './summaries.ts';
import { demandPipeline } from './text/demand-pipeline.ts';
import type { TextStep } from './text/pipeline.ts';
import { list } from './visibility.ts';

/** A source to its transcript, and word of its end to the message that asked for it. */
export function transcription(request: TranscriptionRequest): Promise<TranscriptionResult> {
  return replying(request, () => transcribe(request));
}

/**
 * Fetch where the source is remote, ingest, plan, transcribe × N, merge, save, publish. Of a request that another language's
 * client has made a worker first decides what it leaves out.
 */
async function transcribe(asked: TranscriptionRequest): Promise<TranscriptionResult> {
  const { startTime, workflowId, runId, firstExecutionRunId } = workflowInfo();
  const job = jobOf(workflowId, firstExecutionRunId);
  const stopwatch = new Stopwatch();
  const watch: TranscriptionWatch = {
    progress: {
      phase: 'ingest',
      committed: 0,
      total: 0,
      gaps: 0,
      falls: 0,
      sectionsDone: 0,
      sections: 0,
      job,
      running: [],
    },
    texts: [],
    ladder: null,
    children: new Map(),
    changed: () => {
      const ladder = watch.ladder ? ladderStanding(watch.ladder) : '';
      const standing = { elapsed: stopwatch.elapsed, ladder, text: preview(watch.texts) };
      setCurrentDetails(transcriptionDetails(watch.progress, standing));
    },
  };
  const { progress } = watch;
  const enter = (phase: Phase, language: string | null = null): void => {
    progress.phase = phase;
    list({ phase, language });
    watch.changed();
  };
  setHandler(progressQuery, (): Progress => progress, DESCRIPTIONS.progress);
  setHandler(previewQuery, () => preview(watch.texts), DESCRIPTIONS.preview);

  setHandler(
    setCeilingUpdate,
    async (wanted) => {
      await condition(() => watch.ladder !== null);
      const ladder = watch.ladder!;
      const ceiling = demandRung(wanted, ladder.ladder);
      ladder.setCeiling(ceiling);
      await Promise.all([...watch.children.values()].map((tell) => tell(ceiling)));
      return ladder.ladder[ceiling]!;
    },
    {
      ...DESCRIPTIONS.ceiling,
      validator: (wanted) => void (watch.ladder && demandRung(wanted, watch.ladder.ladder)),
    },
  );

  const request = isDecided(asked) ? asked : await decide(asked);
  const { options, tenant, again } = request;
  const reprocess = again ? undefined : request.reprocess;
  const pipeline = demandPipeline(options.text);
  const [{ source, recording }, ladder] = await Promise.all([
    readSource(request, job, enter),
    reprocess?.ladder ??
      media.resolve.executeWithOptions({ summary: resolveSummary(options) }, [{ ...options, text: [] }]),
  ]);
  const ladderWatch = new LadderWatch(ladder, NOTHING_LEARNT, watch.changed);
  watch.ladder = ladderWatch;
  const ingested = Date.now();
  progress.total = recording.samples;
  progress.sections = recording.sectionEnds.length;
  stopwatch.start();
  enter('transcribe');
  const sections = await runSections(request, pipeline, recording, ladderWatch, watch);
  const transcribed = Date.now();
  stopwatch.stop();

  const heard = mainLanguage(addWeights(sections.map(({ languages }) => languages)));
  const language = reprocess ? reprocess.language : heard;
  enter('publish', language);
  const duration = thousandths(recording.samples / SAMPLE_RATE);
  const speech = thousandths(sum(sections, 'speech') / SAMPLE_RATE);
  const named = { name: source.name, sha256: source.sha256 };
  const header: TranscriptHeader = {
    schema: 'longhand/transcript/2',
    source: named,
    duration,
    language,
    options: decidingOptions(options, pipeline),
  };
  const gaps = sum(sections, 'gaps');
  const remark = recording.remark === undefined ? {} : { remark: recording.remark };
  const report: Omit<RunReport, 'chunks'> = {
    schema: 'longhand/run-report/2',
    workflowId,
    runId,
    source: named,
    tenant,
    startedAt: startTime.toISOString(),
    duration,
    speech,
    took: {
      ingest: (ingested - startTime.getTime()) / 1000,
      transcribe: (transcribed - ingested) / 1000,
      text: thousandths(sections.reduce((total, { text = 0 }) => total + text, 0)),
    },
    ...remark,
    ladder,
    falls: sum(sections, 'falls'),
    gaps,
  };
  const uris = await media.publish.executeWithOptions({ summary: publishSummary(options) }, [
    {
      job,
      header,
      report,
      options: { formats: options.formats, out: options.out },
      sections: sections.length,
    },
  ]);
  enter('done');
  const { ingest, transcribe, text } = report.took;
  record(metricMeter, 'longhand_stage_duration', ingest, { stage: 'ingest' });
  record(metricMeter, 'longhand_stage_duration', transcribe, { stage: 'transcribe' });
  const seconds = (Date.now() - startTime.getTime()) / 1000;
  // Of one that takes what was heard as it is, the steps are the work.
  if (!reprocess) record(metricMeter, 'longhand_text_time_ratio', text / seconds, {});
  return {
    job,
    ...(request.source.sha256 === null && { fetched: source }),
    recording,
    ladder,
    sections: sections.length,
    outputs: options.formats.map((format, index) => ({ format, uri: uris[index] ?? '' })),
    duration,
    speech,
    language,
    segments: sum(sections, 'segments'),
    gaps,
    falls: report.falls,
    ...remark,
  };
}

/** The options that may change what the files say. */
function decidingOptions(
  options: TranscriptionOptions,
  text: readonly TextStep[],
): TranscriptHeader['options'] {
  const { language, languages, languagePer, task, prompt, hotwords, words, model, ladder } = options;
  const { subtitles } = options;
  const heard = { language, languages, languagePer, task, prompt, hotwords, words, model, ladder };
  return { ...heard, text, ...(subtitles && { subtitles }) };
}

const thousandths = (value: number): number => Math.round(value * 1000) / 1000;

function sum<K extends string>(items: readonly Readonly<Record<K, number>>[], field: K): number {
  return items.reduce((total, item) => total + item[field], 0);
}
