import type { SupervisorSettings } from '../../workers/supervisor/protocol.ts';
import { withBackend } from './backend.ts';
import { openDisplay } from './display.ts';
import { interruptible, whenAborted } from './exit.ts';

/** `longhand up`: keeps server, workers and engine running until it is interrupted. */
export async function up(settings: SupervisorSettings): Promise<void> {
  const display = openDisplay();
  await interruptible(async (interrupted) => {
    const serve = withBackend(settings, display, interrupted, async ({ server, ready }) => {
      display.note(
        `Temporal server at ${server.address}${server.ui === null ? '' : `, its page at ${server.ui}`}`,
      );
      await ready;
      display.note('Ready; Ctrl-C ends it');
      return whenAborted(interrupted);
    });
    await serve.catch((error: unknown) => {
      if (!interrupted.aborted) throw error;
    });
  }).finally(() => display.close());
}
