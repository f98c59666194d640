import type { Format } from '../contract.ts';
import type { FormatWriter } from './format.ts';
import { json } from './json.ts';
import { srt } from './srt.ts';
import { tsv } from './tsv.ts';
import { txt } from './txt.ts';
import { vtt } from './vtt.ts';

export const WRITERS: Readonly<Record<Exclude<Format, 'report'>, FormatWriter>> = {
  json,
  srt,
  tsv,
  txt,
  vtt,
};
