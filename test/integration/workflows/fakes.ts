import { activityInfo, heartbeat } from '@temporalio/activity';
import { decideRequest } from '../../../activities/request/decide.ts';
import type { GpuActivities, MediaActivities, PublishInput, SaveInput } from '../../../activities/types.ts';
import {
  gpuQueue,
  SAMPLE_RATE,
  type Chunk,
  type ChunkRequest,
  type ChunkResult,
  type PackedSection,
  type Precision,
  type Rung,
  type SectionReport,
  type Span,
} from '../../../workflows/contract.ts';
import type { TextStep } from '../../../workflows/text/pipeline.ts';
import { LonghandError } from '../../../workflows/errors.ts';

export const SECONDS = SAMPLE_RATE;

/** A recording and how the world behaves; what is left out goes well. */
export interface Scenario {
  /** Samples of each section. */
  readonly sections?: readonly number[];
  /** The longest chunk, in samples; chunks fill their section without gaps. */
  readonly chunk?: number;
  /** Precisions of the model `base`, or whole rungs. */
  readonly ladder?: readonly (Precision | Rung)[];
  readonly transcribe?: (request: ChunkRequest) => ChunkResult | Promise<ChunkResult>;
  readonly overrides?: Partial<MediaActivities>;
}

/** Activities that are plain functions on memory, and what they were asked. */
export interface Fakes {
  readonly activities: MediaActivities & GpuActivities;
  readonly requests: ChunkRequest[];
  /** By `jobs/<job>/<section>`. */
  readonly saved: Map<string, PackedSection>;
  readonly reports: SectionReport[];
  readonly published: PublishInput[];
}

/** What a chunk of these fakes says: its place in the recording. */
export function textOf({ chunk }: Pick<ChunkRequest, 'chunk'>): string {
  return `from ${chunk.spans[0]?.[0]}`;
}

export function said(request: ChunkRequest, heard: Partial<ChunkResult> = {}): ChunkResult {
  const [start, end] = request.chunk.spans[0] ?? [0, 0];
  return {
    language: request.decode.language === 'auto' ? 'en' : request.decode.language,
    languageProbability: 1,
    confidence: 0.9,
    noSpeech: 0,
    temperature: 0,
    segments: [{ start: 0, end: end - start, text: textOf(request) }],
    ...heard,
  };
}

/** A device's failure that sends a chunk one rung lower. */
export const outOfMemory = (): LonghandError =>
  new LonghandError('LH_OUT_OF_MEMORY', 'The device has too little memory');

/** A rung of the model `base`. */
export const rungOf = (precision: Precision, queue = gpuQueue('base')): Rung => ({
  ...{ model: 'base', revision: 'r', graph: 1 },
  ...{ precision, queue },
});

export function makeFakes(scenario: Scenario = {}): Fakes {
  const { sections = [60 * SECONDS], chunk = 20 * SECONDS, ladder = ['int8'] } = scenario;
  const requests: ChunkRequest[] = [];
  const saved = new Map<string, PackedSection>();
  const reports: SectionReport[] = [];
  const published: PublishInput[] = [];
  const pipelines = new Map<string, readonly TextStep[]>();
  let total = 0;
  const sectionEnds = sections.map((samples) => (total += samples));
  const rungs = ladder.map((rung) => (typeof rung === 'string' ? rungOf(rung) : rung));
  const save = ({ job, section, transcript, report }: SaveInput): Promise<void> => {
    saved.set(`jobs/${job}/${section}`, transcript);
    if (report) reports.push(report);
    return Promise.resolve();
  };
  const activities: MediaActivities & GpuActivities = {
    decide: (asked) => Promise.resolve(decideRequest(asked)),
    resolve: () => Promise.resolve(rungs),
    look: () => Promise.reject(new LonghandError('LH_QUEUE_UNSERVED', 'Looks again')),
    known: () => Promise.resolve([]),
    recall: () => Promise.resolve(null),
    readSection: ({ job, section }) => Promise.resolve(saved.get(`jobs/${job}/${section}`)!),
    keepPipeline: ({ job, pipeline }) => Promise.resolve(void pipelines.set(job, pipeline)),
    pipeline: (job) => Promise.resolve(pipelines.get(job) ?? []),
    fetch: ({ source: { name } }) => Promise.resolve({ uri: 'store:sources/ab', name, sha256: 'ab' }),
    ingest: () => Promise.resolve({ key: 'recording', samples: total, sectionEnds }),
    plan: ({ start, end }) => Promise.resolve(cut(start, end, chunk)),
    save,
    publish: (input) => {
      published.push(input);
      return Promise.resolve(input.options.formats.map((format) => `file:///out/talk.${format}`));
    },
    transcribe: async (request) => {
      requests.push(request);
      const { attempt } = activityInfo();
      // As the real one does: without it, an attempt that a test holds for long counts as lost.
      const beating = setInterval(() => heartbeat(), 1000);
      try {
        const result = await (scenario.transcribe ?? said)(request);
        return { result, run: { attempt, worker: 'test', device: 'cpu', seconds: 0.5, found: false } };
      } finally {
        clearInterval(beating);
      }
    },
    ...scenario.overrides,
  };
  return { activities, requests, saved, reports, published };
}

function cut(start: number, end: number, length: number): Chunk[] {
  const count = Math.ceil((end - start) / length);
  return Array.from({ length: count }, (_, index): Chunk => {
    const from = start + index * length;
    return { spans: [[from, Math.min(from + length, end)] satisfies Span] };
  });
}
