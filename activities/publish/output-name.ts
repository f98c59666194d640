import { parse } from 'node:path';
import type { Format } from '../../workflows/contract.ts';

/** File name of an output: `talk.mp3` as srt is `talk.srt`. */
export function outputName(sourceName: string, format: Format): string {
  return `${parse(sourceName).name}.${format}`;
}
