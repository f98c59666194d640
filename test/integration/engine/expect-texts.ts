import { expect } from 'vitest';
import type { EngineProcess } from '../../../models/engine/process.ts';
import type { Window } from '../../../models/engine/protocol.ts';
import type { WindowResult } from '../../../models/whisper/session.ts';

/**
 * Submits all windows at once: each is answered by what it gave `alone`, or by lack of memory, be that the engine's own
 * word or that of the kernel that killed it.
 */
export async function expectTextsOrNoMemory(
  engine: EngineProcess,
  windows: readonly Window[],
  alone: readonly WindowResult[],
): Promise<void> {
  const outcomes = await Promise.allSettled(windows.map((window) => engine.submit(window)));
  outcomes.forEach((outcome, index) => {
    const allowed = [
      { status: 'fulfilled', value: alone[index] },
      { status: 'rejected', reason: expect.objectContaining({ code: 'LH_OUT_OF_MEMORY' }) as unknown },
    ];
    expect(allowed).toContainEqual(outcome);
  });
}
