/** Records the histories that the replay test keeps: `npx tsx test/integration/replay/record.ts`. */
import { writeFile } from 'node:fs/promises';
import type { WorkflowStartOptions } from '@temporalio/client';
import { registerSearchAttributes } from '../../../workers/search-attributes.ts';
import type { TranscriptionRequest } from '../../../workflows/contract.ts';
import { attributesOf, Bench, requestOf } from '../workflows/bench.ts';
import { makeFakes } from '../workflows/fakes.ts';
import { writeHistory } from './kept-history.ts';
import { FETCHED, LISTED, PIPELINE, PROCESSED, SCENARIOS, speaking } from './scenarios.ts';

async function keep(bench: Bench, workflowId: string, name: string): Promise<void> {
  const file = new URL(`./${name}.history.json`, import.meta.url);
  await writeFile(file, writeHistory(workflowId, await bench.history(workflowId)));
}

await using bench = await Bench.start();
for (const [name, fakes] of Object.entries(SCENARIOS)) {
  const { workflowId } = await bench.transcribe(fakes());
  await keep(bench, workflowId, name);
  const [child] = await bench.childrenOf(workflowId);
  if (child) await keep(bench, child, `${name}.section`);
}

const processed = await bench.transcribe(speaking(), { text: PIPELINE });
await keep(bench, processed.workflowId, PROCESSED);

const request = requestOf();
await registerSearchAttributes(bench.server.nativeConnection, 'default');
const typedSearchAttributes = attributesOf(request);
await keep(bench, await run(request, { typedSearchAttributes }), LISTED);

const source = { uri: 'https://example.org/talk.mp3', name: 'talk.mp3', sha256: null };
await keep(bench, await run({ ...request, source }), FETCHED);

async function run(
  asked: TranscriptionRequest,
  options: Partial<WorkflowStartOptions> = {},
): Promise<string> {
  return bench.with(makeFakes(), async () => {
    const handle = await bench.start(asked, options);
    await handle.result();
    return handle.workflowId;
  });
}
