import { defineQuery } from '@temporalio/workflow';
import type { Progress } from './contract.ts';

/** How far a transcription is; sections still running are counted by their own queries. */
export const progressQuery = defineQuery<Progress>('progress');

/** How far a section that runs as a child is. */
export const sectionProgressQuery = defineQuery<Pick<Progress, 'committed' | 'gaps' | 'falls'>>('progress');

/**
 * The end of the text that a transcription or a section has committed, in plan order, at most 2 KB. A transcription
 * of several sections knows the text of those that are finished; the ones that run answer for themselves.
 */
export const previewQuery = defineQuery<string>('preview');

/** What the Temporal UI says of the queries. */
export const DESCRIPTIONS = {
  progress: { description: 'How far it is: samples committed and in all, gaps, falls, sections.' },
  preview: { description: 'The last of the text, at most 2 KB.' },
  ceiling: { description: 'The highest rung that new chunks start on: its number or its name.' },
} as const;
