import { DEFAULT_NAMESPACE } from '../../workflows/defaults.ts';
import { withBackend, type ServerEvent } from './backend.ts';
import { openDisplay } from './display/display.ts';
import { interruptible, whenAborted } from './exit.ts';
import { writeJson } from './output.ts';
import type { Settings } from './settings.ts';
import { shellWord } from './shell.ts';

/** `longhand up`: keeps server, workers and engine running until it is interrupted. */
export async function up(settings: Settings, json: boolean): Promise<void> {
  const display = openDisplay();
  await interruptible(async (interrupted) => {
    const surroundings = { settings, display, interrupted, workers: 'own' } as const;
    const serve = withBackend(surroundings, async ({ server, ready }) => {
      if (json) await writeJson(server);
      else for (const line of whereabouts(server)) display.note(line);
      await ready;
      if (json) await writeJson({ type: 'ready' });
      else display.note('Ready; Ctrl-C ends it');
      return whenAborted(interrupted);
    });
    await serve.catch((error: unknown) => {
      if (!interrupted.aborted) throw error;
    });
  }).finally(() => display.close());
}

/** Where the server is, and what to paste in another shell so that a program there finds it and the store. */
function whereabouts({ address, ui, namespace, store }: ServerEvent): string[] {
  const variables = {
    LONGHAND_ADDRESS: address,
    LONGHAND_STORE: store,
    ...(namespace === DEFAULT_NAMESPACE ? {} : { LONGHAND_NAMESPACE: namespace }),
  };
  const settings = Object.entries(variables).map(([name, value]) => `${name}=${shellWord(value)}`);
  return [
    `Temporal server at ${address}${ui === null ? '' : `, its page at ${ui}`}`,
    `export ${settings.join(' ')}`,
  ];
}
