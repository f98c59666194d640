import { parse } from 'node:path';
import type { Format } from '../../workflows/contract.ts';

/** Bytes that the name of a file may have (`NAME_MAX` of Linux and macOS). */
const LONGEST = 255;

/** File name of an output: `talk.mp3` as srt is `talk.srt`. A name too long for a file loses its last characters. */
export function outputName(sourceName: string, format: Format): string {
  const stem = [...parse(sourceName).name];
  while (Buffer.byteLength(`${stem.join('')}.${format}`) > LONGEST) stem.pop();
  return `${stem.join('')}.${format}`;
}
