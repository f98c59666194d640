/**
 * How long a media worker needs from `Worker.create` until it may take work: with the workflows bundled ahead of time,
 * and bundling them at its start; and how much of the processor, which a busy machine does not change much.
 * `npm run build`, then `npx tsx test/performance/worker-start.ts [rounds]`.
 */
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { longhandHome } from '../../models/home.ts';
import { readBundle } from '../../workers/bundle.ts';
import { locateTemporalCli } from '../../workers/supervisor/temporal-cli.ts';

const dist = (path: string) => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));
const VARIANTS = {
  'bundled ahead': { workflowBundle: await readBundle(dist('workflows.bundle.js.gz')) },
  'bundled at start': { workflowsPath: dist('workflows/index.js') },
} satisfies Record<string, Partial<WorkerOptions>>;

Runtime.install({ logger: new DefaultLogger('ERROR') });
const path = await locateTemporalCli({ home: longhandHome() });
const server = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'existing-path', path } },
});
const rounds = Number(process.argv[2] ?? 5);
/** Milliseconds of each start, by the clock and of the processor, by what is measured. */
const took = new Map<string, number[]>();
const keep = (what: string, milliseconds: number): void => {
  took.set(what, [...(took.get(what) ?? []), milliseconds]);
};
for (let round = 0; round < rounds; round++) {
  for (const [name, variant] of Object.entries(VARIANTS)) {
    const started = performance.now();
    const used = process.cpuUsage();
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue: `start-${round}-${name}`,
      ...variant,
    });
    const { user, system } = process.cpuUsage(used);
    keep(name, performance.now() - started);
    keep(`${name}, of the processor`, (user + system) / 1000);
    await worker.runUntil(Promise.resolve());
  }
}
await server.teardown();
for (const [name, all] of took) {
  const sorted = all.map((milliseconds) => Math.round(milliseconds)).sort((a, b) => a - b);
  process.stdout.write(`${name}: ${sorted.join(', ')} ms, median ${sorted[sorted.length >> 1]}\n`);
}
