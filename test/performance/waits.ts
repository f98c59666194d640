/**
 * How long a transcription takes while another floods the devices, on a real Temporal server with the settings of the
 * embedded one: alone, behind it, as another tenant, before it. The device is none: each chunk holds a slot for as long as it
 * would take. `npx tsx test/performance/waits.ts [seconds a chunk]`.
 */
import { setTimeout } from 'node:timers/promises';
import { Worker } from '@temporalio/worker';
import { turnOf, type PriorityName } from '../../activities/request/priority.ts';
import { FAIRNESS } from '../../workers/supervisor/server.ts';
import { gpuQueue, MEDIA_QUEUE } from '../../workflows/contract.ts';
import { Bench, requestOf } from '../integration/workflows/bench.ts';
import { makeFakes, said, SECONDS } from '../integration/workflows/fakes.ts';

const FLOOD = 200;
const FEW = 20;
/** Chunks that a worker has at once. */
const SLOTS = 8;
const CHUNK = 3 * SECONDS;
const seconds = Number(process.argv[2] ?? 1);

type Turn = readonly [priority: PriorityName, tenant: string | null];
/** Whose turn it is: of the flood, where there is one, and of the other. */
const CASES: Readonly<Record<string, readonly [flood: Turn | null, few: Turn]>> = {
  alone: [null, ['normal', 'other']],
  'behind a flood of the same tenant': [
    ['normal', null],
    ['normal', null],
  ],
  'beside a flood of another tenant': [
    ['normal', 'one'],
    ['normal', 'other'],
  ],
  'interactive, beside a flood of batch': [
    ['batch', null],
    ['interactive', null],
  ],
};

const fakes = makeFakes({
  chunk: CHUNK,
  transcribe: async (request) => {
    await setTimeout(1000 * seconds);
    return said(request);
  },
  overrides: {
    ingest: ({ name }) => {
      const end = Number(name) * CHUNK;
      return Promise.resolve({ key: name, samples: end, sectionEnds: [end / 2, end] });
    },
  },
});
await using bench = await Bench.start(...FAIRNESS);
const common = { connection: bench.server.nativeConnection, activities: fakes.activities };
const media = await Worker.create({
  ...common,
  taskQueue: MEDIA_QUEUE,
  workflowBundle: bench.workflowBundle,
});
const device = await Worker.create({
  ...common,
  taskQueue: gpuQueue('base'),
  maxConcurrentActivityTaskExecutions: SLOTS,
});
const begin = ([priority, tenant]: Turn, chunks: number) => {
  const { source, ...asked } = requestOf();
  const request = { ...asked, source: { ...source, name: String(chunks) } };
  return bench.start(request, { priority: turnOf(priority, tenant) });
};
await media.runUntil(
  device.runUntil(async () => {
    for (const [name, [flood, few]] of Object.entries(CASES)) {
      const flooding = flood && (await begin(flood, FLOOD));
      // Its chunks are all in the queue, and the first of them have begun.
      if (flooding) await setTimeout(5000);
      const started = performance.now();
      await (await begin(few, FEW)).result();
      const took = (performance.now() - started) / 1000;
      process.stdout.write(`${FEW} chunks ${name}: ${took.toFixed(1)} s\n`);
      await flooding?.result();
    }
  }),
);
