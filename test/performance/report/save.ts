import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../measure.ts';
import type { Machine } from './machine.ts';
import type { Row } from './rows.ts';
import { tableOf } from './table.ts';

/** All that a run of the bench found out. */
export interface Report {
  readonly machine: Machine;
  /** Packages of the peers, with their versions. */
  readonly peers: readonly string[];
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
  readonly runs: readonly Run[];
}

/** The report for people, as Markdown. */
export function markdownOf({ machine, peers, rows, notes }: Report): string {
  const { processor, flags, threads, memory, system, versions, date, commit } = machine;
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${date}, commit ${commit}: ${processor} (${flags.join(', ')}), ${threads} threads, ${Math.round(memory / 1e9)} GB, ${system}; ${named.join(', ')}. Peers: ${peers.join(', ')}.`,
    tableOf(rows),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join('\n')]),
  ].join('\n\n');
}

/** Writes the report as JSON and as Markdown into `folder`; gives the path of the Markdown. */
export async function saveReport(report: Report, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, report.machine.date.replaceAll(':', '-'));
  await writeFile(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(`${path}.md`, `${markdownOf(report)}\n`);
  return `${path}.md`;
}
