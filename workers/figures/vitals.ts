import type { Worker } from '@temporalio/worker';
import type { EngineState } from '../kept-engine.ts';

/** Milliseconds that the server has to answer a probe. */
const ANSWERS_WITHIN = 2000;

/** What keeps a worker from its work, a line each; none where all is well. */
export interface Vitals {
  /** What only a new process might mend. */
  readonly health: () => string[];
  /** What keeps it from taking work now. */
  readonly readiness: () => Promise<string[]>;
}

/** A worker before it has been made. */
export const STARTING: Vitals = {
  health: () => [],
  readiness: () => Promise.resolve(['The worker is starting']),
};

const TROUBLES: Readonly<Partial<Record<EngineState, string>>> = {
  silent: 'has work and gives no sign of life',
  hung: 'was killed for its silence, and is not back yet',
  failing: 'does not start',
};

/** Whether a worker's engines compute: dead processes are replaced by it, and are no trouble yet. */
export function engineTroubles(states: readonly EngineState[]): string[] {
  return states.flatMap((state, index) => {
    const trouble = TROUBLES[state];
    return trouble === undefined ? [] : [`Engine ${index + 1} of ${states.length} ${trouble}`];
  });
}

/** The vitals of a worker that runs; `engines` says how its engines stand. */
export function vitalsOf(worker: Worker, engines: () => readonly EngineState[]): Vitals {
  const health = (): string[] => engineTroubles(engines());
  const readiness = async (): Promise<string[]> => {
    const state = worker.getState();
    const starting = engines().filter((each) => each === 'starting').length;
    return [
      ...health(),
      ...(starting > 0 ? [`${starting} of ${engines().length} engines are starting`] : []),
      ...(state === 'RUNNING' ? [] : [`The worker is ${state.toLowerCase()}`]),
      ...((await serverAnswers(worker)) ? [] : ['The Temporal server does not answer']),
    ];
  };
  return { health, readiness };
}

async function serverAnswers({ connection, options: { namespace } }: Worker): Promise<boolean> {
  if (!connection) return false;
  const asked = connection.withDeadline(Date.now() + ANSWERS_WITHIN, () =>
    connection.workflowService.describeNamespace({ namespace }),
  );
  return asked.then(
    () => true,
    () => false,
  );
}
