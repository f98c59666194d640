import { cancellationSignal, Context, heartbeat } from '@temporalio/activity';

const INTERVAL = 1000;

/**
 * Runs `work` and heartbeats every second with what it last reported. `signal` fires when the activity is
 * cancelled or its worker shuts down; an activity that ends by it ends as cancelled.
 */
export async function heartbeating<T>(
  work: (report: (details: unknown) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let details: unknown;
  const timer = setInterval(() => heartbeat(details), INTERVAL);
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
