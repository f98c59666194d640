import { cancellationSignal, Context, heartbeat } from '@temporalio/activity';

const INTERVAL = 1000;

/**
 * Runs `work` and heartbeats every second with what it last reported and the whole seconds it has taken, for people
 * who look at a pending activity. `signal` fires when the activity is
 * cancelled or its worker shuts down; an activity that ends by it ends as cancelled.
 */
export async function heartbeating<T>(
  work: (report: (details: Readonly<Record<string, unknown>>) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let details = {};
  const start = performance.now();
  const seconds = () => Math.floor((performance.now() - start) / 1000);
  const timer = setInterval(() => heartbeat({ ...details, seconds: seconds() }), INTERVAL);
  const signal = cancellationSignal();
  try {
    return await work((latest) => (details = latest), signal);
  } catch (error) {
    // The reason Temporal gave says more than what the abort broke.
    if (signal.aborted) return await Context.current().cancelled;
    throw error;
  } finally {
    clearInterval(timer);
  }
}
