import { parse } from 'node:path';
import type { Format } from '../../workflows/contract.ts';

/** Bytes that the name of a file may have (`NAME_MAX` of Linux and macOS). */
const LONGEST = 255;

/** Endings of the formats that are not called after theirs. */
const EXTENSIONS: Readonly<Partial<Record<Format, string>>> = {
  changes: 'changes.tsv',
  report: 'report.json',
  'txt-paragraphs': 'paragraphs.txt',
  'txt-times': 'times.txt',
  'vtt-words': 'words.vtt',
};

/**
 * File name of an output: `talk.mp3` as srt is `talk.srt`, its run report `talk.report.json`, its text with times
 * `talk.times.txt`. A name too long for a file loses its last characters.
 */
export function outputName(sourceName: string, format: Format): string {
  const extension = EXTENSIONS[format] ?? format;
  const stem = [...parse(sourceName).name];
  while (Buffer.byteLength(`${stem.join('')}.${extension}`) > LONGEST) stem.pop();
  return `${stem.join('')}.${extension}`;
}
