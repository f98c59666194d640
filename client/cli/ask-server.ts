import type { Longhand } from '../longhand.ts';
import { withBackend, type Backend } from './backend.ts';
import { openDisplay, type Display } from './display/display.ts';
import { interruptible } from './exit.ts';
import type { Settings } from './settings.ts';

/** What a command has at hand that only asks the server. */
export interface Asking {
  readonly longhand: Longhand;
  readonly display: Display;
  readonly serve: Backend['serve'];
  readonly interrupted: AbortSignal;
}

/** Runs a command that starts no transcription: any workers will do, or none. Throws what `act` and `withBackend` do. */
export async function askServer<T>(settings: Settings, act: (at: Asking) => Promise<T>): Promise<T> {
  const display = openDisplay();
  try {
    return await interruptible((interrupted) =>
      withBackend({ settings, display, interrupted, workers: 'none' }, ({ longhand, serve }) =>
        act({ longhand, display, serve, interrupted }),
      ),
    );
  } finally {
    display.close();
  }
}
