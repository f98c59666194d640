import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { coresdk } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { VMWorkflowThreadProxy } from '@temporalio/worker/lib/workflow/threaded-vm.js';
import { InferenceSession } from 'onnxruntime-node';
import type { MediaActivities } from '../../../activities/types.ts';
import type { PlaceName } from './plan.ts';
import { strike } from './strike.ts';

const create = Worker.create.bind(Worker);
Worker.create = (options) =>
  create({ ...options, activities: disturbed(options.activities as MediaActivities) });

function disturbed(activities: MediaActivities): MediaActivities {
  return {
    ...activities,
    resolve: async (options) => {
      const ladder = await activities.resolve(options);
      await strike('resolve done');
      return ladder;
    },
    fetch: async (input) => {
      const source = await activities.fetch(input);
      await strike('fetch done');
      return source;
    },
    ingest: async (source) => {
      await strike('ingest begins');
      const recording = await activities.ingest(source);
      await strike('ingest done');
      return recording;
    },
    plan: async (input) => {
      const chunks = await activities.plan(input);
      await strike('plan done');
      return chunks;
    },
    save: async (input) => {
      await activities.save(input);
      await strike('save done');
    },
    publish: async (input) => {
      const uris = await activities.publish(input);
      await strike('publish done');
      return uris;
    },
  };
}

// While ffmpeg decodes, and while the source is fetched: each piece of the draft.
const { open, rename } = fs;
fs.open = async (path, ...rest) => {
  const file = await open(path, ...rest);
  if (String(path).endsWith('strict.pcm') && rest[0] === 'wx') strikeWhileWritten(file, 'decode');
  if (String(path).endsWith('body') && rest[0] === 'ax') strikeWhileWritten(file, 'fetch');
  return file;
};
// An output's copy beside its place, about to take it.
fs.rename = async (from, to) => {
  if (String(from).endsWith('.part')) await strike('publish renames');
  return rename(from, to);
};
syncBuiltinESMExports();

function strikeWhileWritten(file: FileHandle, place: PlaceName): void {
  const append = file.appendFile.bind(file);
  file.appendFile = async (...args) => {
    await append(...args);
    await strike(place);
  };
}

// Nothing but voice activity runs a graph in a media worker.
strikeAfter((InferenceSession as unknown as { prototype: Record<'run', Method> }).prototype, 'run', () =>
  strike('voice activity'),
);

// What a workflow task has computed, before the server hears of it.
strikeAfter(
  VMWorkflowThreadProxy.prototype as unknown as Record<'activate', Method>,
  'activate',
  async (completion) => {
    for (const { scheduleActivity, completeWorkflowExecution } of commandsOf(completion)) {
      if (scheduleActivity?.activityType === 'save') await strike('merge');
      if (completeWorkflowExecution) await strike('workflow ends');
    }
  },
);

type Method = (...args: unknown[]) => Promise<unknown>;

/** Has `then` be done with what a method of a class gave, before its caller gets it. */
function strikeAfter<Name extends string>(
  of: Record<Name, Method>,
  name: Name,
  then: (given: unknown) => Promise<void>,
): void {
  const method = of[name];
  of[name] = async function (this: unknown, ...args) {
    const given = await method.apply(this, args);
    await then(given);
    return given;
  };
}

const commandsOf = (completion: unknown): readonly coresdk.workflow_commands.IWorkflowCommand[] =>
  (completion as coresdk.workflow_completion.IWorkflowActivationCompletion).successful?.commands ?? [];
