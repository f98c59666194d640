import { clock } from '../../workflows/clock.ts';
import { SAMPLE_RATE } from '../../workflows/contract.ts';
import { EXIT } from '../../workflows/errors.ts';
import type { FollowEvent } from '../follow.ts';
import { withBackend } from './backend.ts';
import { openDisplay, type Display } from './display/display.ts';
import { resultDocument } from './documents.ts';
import { interruptible } from './exit.ts';
import { writeJson, writeLine } from './output.ts';
import type { Settings } from './settings.ts';

/**
 * `longhand watch`: the text of each section as it is finished, and the progress, until the end. Gives the exit
 * status; Ctrl-C ends the watching alone. Throws what the transcription ended with.
 */
export async function watch(id: string, json: boolean, settings: Settings): Promise<number> {
  const display = openDisplay();
  try {
    return await interruptible(async (interrupted) => {
      let cursor: string | undefined;
      const follow = withBackend(
        { settings, display, interrupted, workers: 'none' },
        async ({ longhand, serve }, over) => {
          const transcription = longhand.get(id);
          const { name, models } = await transcription.describe();
          serve(models);
          const signal = AbortSignal.any([interrupted, over]);
          for await (const event of transcription.follow({ ...(cursor ? { cursor } : {}), signal })) {
            await (json ? writeJson(documentOf(event)) : show(name, event, display));
            cursor = event.cursor;
          }
          display.ended(name);
        },
      );
      await follow.catch((error: unknown) => {
        if (!interrupted.aborted) throw error;
        display.note(`Stopped watching; ${id} was not cancelled`);
      });
      return interrupted.aborted ? EXIT.interrupted : EXIT.ok;
    });
  } finally {
    display.close();
  }
}

async function show(name: string, event: FollowEvent, display: Display): Promise<void> {
  if (event.type === 'progress') display.progressed(name, event.progress);
  if (event.type !== 'section') return;
  display.hide();
  for (const { start, text } of event.transcript.segments) {
    await writeLine(`${clock(start * SAMPLE_RATE)}  ${text.trim()}`);
  }
}

/** An event as `watch --json` shows it, one line each. */
function documentOf(event: FollowEvent): object {
  return event.type === 'done' ? { ...event, result: resultDocument(event.result, []) } : event;
}
