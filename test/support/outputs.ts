import { readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { RunReport, Transcript } from '../../workflows/contract.ts';

/** The transcript that was written for a file to the folder `out`. */
export const transcriptOf = (file: string, out: string): Promise<Transcript> =>
  read(join(out, `${parse(file).name}.json`));

/** The run report that was written for a file to the folder `out`. */
export const reportOf = (file: string, out: string): Promise<RunReport> =>
  read(join(out, `${parse(file).name}.report.json`));

export const textOf = ({ segments }: Transcript): string => segments.map(({ text }) => text).join(' ');

/** What the model wrote, of the segments that are left. */
export const rawTextOf = ({ segments }: Transcript): string =>
  segments.map(({ raw, text }) => raw?.text ?? text).join(' ');

const read = async <T>(path: string): Promise<T> => JSON.parse(await readFile(path, 'utf8')) as T;
