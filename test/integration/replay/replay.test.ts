import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DeterminismViolationError } from '@temporalio/workflow';
import { DefaultLogger, Runtime, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SaveInput } from '../../../activities/types.ts';
import { postProcess } from '../../../workflows/text/post-process.ts';
import { WORKFLOW_MODULE } from '../../../workers/tracing/worker-tracing.ts';
import { bundleWorkflows } from '../workflows/server.ts';
import { readHistory } from './kept-history.ts';
import { FETCHED, LISTED, PIPELINE, PROCESSED, SCENARIOS } from './scenarios.ts';

const SUFFIX = '.history.json';
const kept = readdirSync(import.meta.dirname).filter((name) => name.endsWith(SUFFIX));

function replay(file: string, workflowBundle: WorkflowBundleWithSourceMap): Promise<void> {
  const text = readFileSync(new URL(`./${file}`, import.meta.url), 'utf8');
  const { workflowId, history } = readHistory(text);
  return Worker.runReplayHistory({ workflowBundle }, history, workflowId);
}

beforeAll(() => Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] }));

describe('kept histories', () => {
  let bundle: WorkflowBundleWithSourceMap;
  let traced: WorkflowBundleWithSourceMap;
  beforeAll(async () => {
    bundle = await bundleWorkflows();
    traced = await bundleWorkflows(undefined, [WORKFLOW_MODULE]);
  });

  it('are there for every scenario, for a child, for all steps of the text, for a transcription with search attributes, and for one that was fetched', () => {
    const names = [...Object.keys(SCENARIOS), 'children.section', PROCESSED, LISTED, FETCHED];
    expect([...kept].sort()).toEqual(names.map((name) => name + SUFFIX).sort());
  });

  it.each(kept)('%s replays on the workflows as they are', async (file) => {
    await replay(file, bundle);
  });

  it.each(kept)('%s, of a worker that did not trace, replays on one that does', async (file) => {
    await replay(file, traced);
  });
});

it('released steps give what they gave', () => {
  const text = readFileSync(new URL(`./${PROCESSED}${SUFFIX}`, import.meta.url), 'utf8');
  const { events } = readHistory(text).history;
  const [saved] = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    const data = scheduled?.activityType?.name === 'save' ? scheduled.input?.payloads?.[0]?.data : null;
    return data ? [JSON.parse(Buffer.from(data).toString('utf8')) as SaveInput] : [];
  });
  const { segments, chunks, changes = [] } = saved!.transcript;
  expect(changes.map(({ step }) => step)).toEqual(PIPELINE.map(({ step }) => step));
  expect(postProcess({ segments, chunks }, PIPELINE).changes).toEqual(changes);
});

describe('a changed workflow', () => {
  it('is noticed', async () => {
    const changed = await bundleWorkflows(fileURLToPath(new URL('./changed/index.ts', import.meta.url)));
    await expect(replay(`one-section${SUFFIX}`, changed)).rejects.toThrow(DeterminismViolationError);
  });
});
