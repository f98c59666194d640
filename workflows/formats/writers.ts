import type { Format } from '../contract.ts';
import type { FormatWriter } from './format.ts';
import { json } from './json.ts';
import { srt } from './srt.ts';
import { txt } from './txt.ts';

export const WRITERS: Readonly<Record<Format, FormatWriter>> = { json, srt, txt };
