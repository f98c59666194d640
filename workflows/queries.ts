import { defineQuery } from '@temporalio/workflow';
import type { Progress } from './contract.ts';

/** How far a transcription is; sections still running are counted by their own queries. */
export const progressQuery = defineQuery<Progress>('progress');

/** How far a section that runs as a child is. */
export const sectionProgressQuery = defineQuery<Pick<Progress, 'committed' | 'gaps'>>('progress');
