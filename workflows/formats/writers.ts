import type { Format } from '../contract.ts';
import type { FormatWriter } from './format.ts';
import { changes } from './changes.ts';
import { json } from './json.ts';
import { md } from './md.ts';
import { srt } from './srt.ts';
import { tsv } from './tsv.ts';
import { txt, txtParagraphs, txtTimes } from './txt.ts';
import { vtt, vttWords } from './vtt.ts';

export const WRITERS: Readonly<Record<Exclude<Format, 'report'>, FormatWriter>> = {
  changes,
  json,
  md,
  srt,
  tsv,
  txt,
  'txt-paragraphs': txtParagraphs,
  'txt-times': txtTimes,
  vtt,
  'vtt-words': vttWords,
};
