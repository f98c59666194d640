import type { Overall } from './display.ts';

export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

export function describeFetch(done: number, total: number | null): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  return `fetched ${megabytes(done)}${total === null ? '' : ` of ${megabytes(total)}`} MB`;
}

export function describeFiles({ files }: Overall): string {
  return `${files.ended} of ${files.all} files`;
}
