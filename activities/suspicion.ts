import { LonghandError } from '../workflows/errors.ts';

/** Engines that a chunk may end, one after the other, before it is poison. */
const KILLS = 3;

/** What an attempt at a chunk knew when it failed. */
interface Attempt {
  /** Engines that ended with this chunk in them, in the attempts before; from the first on it is computed alone. */
  readonly kills: number;
  /** Whether an engine had begun with it: one that only waited did nothing. */
  readonly wasBegun: boolean;
}

/**
 * What the failure of an attempt means for its chunk, and how many engines have ended with it now. An engine takes the
 * whole of its batch along, so a chunk is under suspicion first, then computed by itself: where that ends an engine for
 * lack of memory the rung does not fit, and the third engine that it ends otherwise makes it poison.
 */
export function suspect(
  error: unknown,
  { kills, wasBegun }: Attempt,
): { readonly error: unknown; readonly kills: number } {
  if (!(error instanceof LonghandError)) return { error, kills };
  const { code, details } = error;
  const isShort = code === 'LH_OUT_OF_MEMORY' && details.died === true;
  if (!isShort && code !== 'LH_ENGINE_DIED' && code !== 'LH_ENGINE_HUNG') return { error, kills };
  if (!wasBegun) return { error: isShort ? died(error) : error, kills };
  if (isShort) return kills > 0 ? { error, kills } : { error: died(error), kills: 1 };
  if (kills + 1 < KILLS) return { error, kills: kills + 1 };
  const message = `Expected to transcribe the chunk, but it has ended ${KILLS} engines: ${error.message}`;
  return { error: new LonghandError('LH_CHUNK_POISON', message, { cause: error, details }), kills: KILLS };
}

/** Another's lack of memory, as far as it is known: no reason to fall. */
const died = (cause: LonghandError): LonghandError =>
  new LonghandError('LH_ENGINE_DIED', cause.message, { cause, details: cause.details });
