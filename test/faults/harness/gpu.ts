import childProcess, { type ChildProcess, type Serializable } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { Worker } from '@temporalio/worker';
import type { GpuActivities } from '../../../activities/types.ts';
import type { FromEngine, ToEngine } from '../../../models/engine/protocol.ts';
import { killMyself, ledger, strike, visit } from './strike.ts';

/** Attempts of chunks that run in this worker. */
let held = 0;

const create = Worker.create.bind(Worker);
Worker.create = (options) =>
  create({ ...options, activities: disturbed(options.activities as GpuActivities) });

function disturbed(activities: GpuActivities): GpuActivities {
  return {
    transcribe: async (request) => {
      held += 1;
      try {
        const answer = await activities.transcribe(request);
        const chunk = request.chunk.spans[0]?.[0] ?? 0;
        ledger.write({ type: 'answered', chunk, found: answer.run.found });
        await strike('transcribe done', held);
        return answer;
      } finally {
        held -= 1;
      }
    },
  };
}

const { fork } = childProcess;
childProcess.fork = ((...args: Parameters<typeof fork>) => {
  const engine = fork(...args);
  watch(engine);
  return engine;
}) as typeof fork;
syncBuiltinESMExports();

/** Strikes an engine by what it says of its windows. */
function watch(engine: ChildProcess): void {
  /** Windows that were begun and are neither done nor taken back. */
  const begun = new Set<number>();
  const send = engine.send.bind(engine) as (message: Serializable, ...rest: unknown[]) => boolean;
  engine.send = (message: ToEngine, ...rest: unknown[]) => {
    if (message.type === 'cancel') begun.delete(message.id);
    return send(message, ...rest);
  };
  engine.on('message', (message: FromEngine) => {
    if (message.type === 'result' || message.type === 'failed') begun.delete(message.id);
    if (message.type !== 'state') return;
    if (!begun.has(message.id)) {
      begun.add(message.id);
      ledger.write({ type: 'begun' });
    }
    if (message.state === 'loading') return;
    const fault = visit(message.state === 'encoding' ? 'encoder' : 'decoder', Math.max(held, begun.size));
    if (fault?.kind === 'engine') engine.kill('SIGKILL');
    if (fault?.kind === 'kill') void killMyself();
  });
}
