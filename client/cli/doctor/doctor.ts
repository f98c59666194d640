import { openDisplay, showingFetches } from '../display/display.ts';
import { exitStatusOf } from '../exit.ts';
import { writeJson, writeLine } from '../output.ts';
import type { Settings } from '../settings.ts';
import { examine, type CheckDocument } from './check.ts';
import * as local from './local-checks.ts';
import { embeddedServer, searchAttributes, server } from './server-checks.ts';

/**
 * `longhand doctor`: does each thing that a transcription needs, fetching what is not there yet, and says what it
 * found and, where something fails, what to do next. Gives the exit status: that of the first check that failed.
 */
export async function doctor(settings: Settings, json: boolean): Promise<number> {
  const { home, address, namespace, store, model } = settings;
  const display = openDisplay();
  const fetching = { home, ...showingFetches(display) };
  const checks = [
    local.machine,
    local.home(home),
    ...(address === null
      ? [embeddedServer(fetching)]
      : [server(address, namespace), searchAttributes(address, namespace)]),
    local.store(store),
    local.model(model, fetching),
    local.ffmpeg(fetching),
    local.devices,
  ];
  const documents: CheckDocument[] = [];
  let status = 0;
  for (const check of checks) {
    const { error, ...document } = await examine(check);
    documents.push(document);
    if (document.verdict === 'failed') status ||= exitStatusOf(error);
    if (!json) for (const line of linesOf(document)) await writeLine(line);
  }
  display.close();
  if (json) await writeJson(documents);
  return status;
}

function linesOf({ subject, verdict, found, code, next }: CheckDocument): string[] {
  const head = `${verdict.padEnd(9)}${subject.padEnd(12)}`;
  const line = `${head}${code === null ? '' : `${code}: `}${found}`;
  return next === null ? [line] : [line, `${' '.repeat(head.length)}next: ${next}`];
}
