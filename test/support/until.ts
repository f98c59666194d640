import { setTimeout } from 'node:timers/promises';

/** Milliseconds, fewer than a test has: a busy machine needs many where a quiet one needs one. */
const WITHIN = 45_000;

/**
 * Waits until `look` gives something, not false, null or undefined, and gives that. Throws `otherwise` where that takes
 * longer than `within` milliseconds, and what `look` throws.
 */
export async function until<T>(
  look: () => T | Promise<T>,
  otherwise: string | (() => string),
  within = WITHIN,
): Promise<Exclude<T, false | null | undefined>> {
  for (const deadline = performance.now() + within; ; await setTimeout(20)) {
    const seen = await look();
    if (seen !== false && seen !== null && seen !== undefined)
      return seen as Exclude<T, false | null | undefined>;
    if (performance.now() > deadline)
      throw new Error(typeof otherwise === 'string' ? otherwise : otherwise());
  }
}
