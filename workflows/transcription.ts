import { executeChild, setHandler, workflowInfo } from '@temporalio/workflow';
import {
  SAMPLE_RATE,
  type Progress,
  type Recording,
  type Rung,
  type Span,
  type TranscriptionRequest,
  type TranscriptionResult,
} from './contract.ts';
import { mapInOrder } from './map-in-order.ts';
import type { TranscriptHeader } from './formats/format.ts';
import { addWeights, mainLanguage } from './language.ts';
import { media } from './proxies.ts';
import { progressQuery } from './queries.ts';
import { section } from './section.ts';
import { runSection, type SectionInput, type SectionResult } from './section-run.ts';

/** Sections that run at once: one on the devices, one whose chunks wait behind it, one being planned. */
const SECTIONS_AT_ONCE = 3;

/** A source to its transcript: ingest, plan, transcribe × N, merge, save, publish. */
export async function transcription(request: TranscriptionRequest): Promise<TranscriptionResult> {
  const { source, options } = request;
  const progress: Mutable<Progress> = { phase: 'ingest', committed: 0, total: 0, gaps: 0, running: [] };
  setHandler(progressQuery, () => progress);

  const [recording, ladder] = await Promise.all([media.ingest(source), media.resolve(options)]);
  progress.total = recording.samples;
  progress.phase = 'transcribe';
  const sections = await runSections(request, recording, ladder, progress);

  progress.phase = 'publish';
  const language = mainLanguage(addWeights(sections.map(({ languages }) => languages)));
  const duration = Math.round((recording.samples / SAMPLE_RATE) * 1000) / 1000;
  const header: TranscriptHeader = {
    schema: 'longhand/transcript/1',
    source: { name: source.name, sha256: source.sha256 },
    duration,
    language,
    options: { language: options.language, model: options.model, precisions: options.precisions },
  };
  const uris = await media.publish({
    job: jobId(),
    header,
    options,
    sections: sections.map(({ key }) => key),
  });
  progress.phase = 'done';
  return {
    outputs: options.formats.map((format, index) => ({ format, uri: uris[index] ?? '' })),
    duration,
    speech: sum(sections, 'speech') / SAMPLE_RATE,
    language,
    segments: sum(sections, 'segments'),
    gaps: sum(sections, 'gaps'),
  };
}

/** A recording of one section runs here, a longer one in a child a section, a few at a time, in order. */
async function runSections(
  { options }: TranscriptionRequest,
  recording: Recording,
  ladder: readonly Rung[],
  progress: Mutable<Progress>,
): Promise<SectionResult[]> {
  const job = jobId();
  const inputs = spansOf(recording).map((span, index): SectionInput => ({
    job,
    section: index,
    recording: recording.key,
    span,
    ladder,
    language: options.language,
  }));
  const [only, ...others] = inputs;
  if (only && others.length === 0) return [await runSection(only, progress)];
  return mapInOrder(inputs, SECTIONS_AT_ONCE, async (input) => {
    const workflowId = `${workflowInfo().workflowId}/${input.section}`;
    progress.running = [...progress.running, workflowId];
    const result = await executeChild(section, { workflowId, args: [input] });
    progress.running = progress.running.filter((id) => id !== workflowId);
    progress.committed += input.span[1] - input.span[0];
    progress.gaps += result.gaps;
    return result;
  });
}

/** Names this run's files in the store: another run of the same request may end otherwise. */
function jobId(): string {
  const { workflowId, runId } = workflowInfo();
  return `${workflowId}.${runId}`;
}

function spansOf({ sectionEnds }: Recording): Span[] {
  return sectionEnds.map((end, index): Span => [sectionEnds[index - 1] ?? 0, end]);
}

function sum<K extends string>(items: readonly Readonly<Record<K, number>>[], field: K): number {
  return items.reduce((total, item) => total + item[field], 0);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
