import type { DecodeOptions, Format, Rung, Span } from '../../workflows/contract.ts';
import { outputName } from '../publish/output-name.ts';
import { digest } from './canonical.ts';

/** `hash` below a folder of its first two digits, so that no folder grows to millions of entries. */
const spread = (folder: string, hash: string): string => `${folder}/${hash.slice(0, 2)}/${hash}.json`;

/** Key of a recording's samples: 16-bit little-endian PCM, 16 kHz, mono. `sourceSha256`: of the source's bytes, hex. */
export const recordingKey = (sourceSha256: string): string => `recordings/${sourceSha256}.pcm`;

/** Key of what belongs to a recording's samples: how many, and where the sections end. */
export const recordingMetaKey = (sourceSha256: string): string => `recordings/${sourceSha256}.json`;

/** Key of the chunks of one section. `shared`: samples up to which spans share a chunk. `version`: of the planner. */
export const planKey = (recording: string, section: Span, shared: number, version: number): string =>
  spread('plans', digest({ recording, section, shared, version }));

/** All that decides a chunk's text, and nothing else. */
interface ChunkIdentity {
  /** SHA-256, hex, of the chunk's samples as 16-bit little-endian PCM, its spans joined. */
  readonly samplesSha256: string;
  readonly rung: Omit<Rung, 'queue'>;
  readonly decode: DecodeOptions;
}

/** Key of a chunk's result. */
export const chunkKey = ({ samplesSha256, rung, decode }: ChunkIdentity): string => {
  const { model, revision, graph, precision } = rung;
  return spread('chunks', digest({ samplesSha256, model, revision, graph, precision, decode }));
};

/** Key of a finished section. `job`: name of the transcription, fit for a key. `section`: counted from 0. */
export const sectionKey = (job: string, section: number): string => `jobs/${job}/sections/${section}.json`;

/** Key of what happened to a section's chunks. */
export const sectionReportKey = (job: string, section: number): string =>
  `jobs/${job}/sections/${section}.report.json`;

/** Key of the pipeline that a job keeps for its sections. */
export const pipelineKey = (job: string): string => `jobs/${job}/pipeline.json`;

/** Key of an output file of a job that keeps its outputs in the store. */
export const outputKey = (job: string, format: Format): string =>
  `jobs/${job}/${outputName('transcript', format)}`;

/** Key of a source that a client uploaded or a worker fetched. `sha256`: of its bytes, hex. */
export const sourceKey = (sha256: string): string => `sources/${sha256}`;

/** Keys of a run's files begin with it. */
export const jobPrefix = (job: string): string => `jobs/${job}/`;

/** Keys of the files of every run of a transcription begin with it, and of those whose IDs go on with a dot. */
export const jobsPrefix = (workflowId: string): string => `jobs/${workflowId}.`;

/** SHA-256 of a recording's source, hex, from the key of its samples. */
export const sourceOf = (recording: string): string => recording.replace(/^recordings\/|\.pcm$/g, '');

/** Keys of the signs that transcriptions use a recording begin with it; of all recordings where none is named. */
export const usersPrefix = (sourceSha256?: string): string =>
  sourceSha256 === undefined ? 'users/' : `users/${sourceSha256}/`;

/** Key of the sign that a transcription uses a recording: it is renewed by each run. */
export const userKey = (sourceSha256: string, workflowId: string): string =>
  `${usersPrefix(sourceSha256)}${workflowId}`;

/** Keys of the signs of what was made of a recording begin with it. */
export const derivedPrefix = (sourceSha256: string): string => `derived/${sourceSha256}/`;

/** Key of the sign that what stands under `key` was made of a recording, whose deletion takes it along. */
export const derivedKey = (recording: string, key: string): string =>
  `${derivedPrefix(sourceOf(recording))}${key}`;

/** Key of what a job has fetched: the SHA-256 (hex) of its source's bytes. */
export const fetchedKey = (job: string): string => `jobs/${job}/source`;
