import type { ListFilter } from '../list.ts';
import type { TranscriptionSummary } from '../summary.ts';
import { askServer } from './ask-server.ts';
import { writeJson, writeLine } from './output.ts';
import type { Settings } from './settings.ts';
import { formatTable } from './table.ts';

const COLUMNS = ['ID', 'STATUS', 'LANGUAGE', 'MODEL', 'TENANT', 'STARTED', 'NAME'];

/** `longhand list`: a row each, those that run first, the latest first. */
export async function list(filter: ListFilter, json: boolean, settings: Settings): Promise<void> {
  const found = await askServer(settings, async ({ longhand }) => {
    const summaries: TranscriptionSummary[] = [];
    for await (const summary of longhand.list(filter)) summaries.push(summary);
    return summaries;
  });
  if (json) return writeJson(found);
  for (const line of formatTable([COLUMNS, ...found.map(rowOf)])) await writeLine(line);
}

function rowOf({
  id,
  status,
  phase,
  language,
  model,
  tenant,
  startedAt,
  name,
}: TranscriptionSummary): string[] {
  const stands = status === 'running' ? phase : status;
  const started = startedAt.toISOString().slice(0, 16).replace('T', ' ');
  return [id, stands, language ?? '', model, tenant ?? '', started, name];
}
