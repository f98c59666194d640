import type { ErrorCode } from '../../../workflows/errors.ts';
import { toLonghandError } from '../../failure.ts';

/**
 * What a check found. `warning`: Longhand works without it, less well. Such a line has no code and leaves the exit
 * status alone.
 */
export interface Finding {
  readonly verdict: 'ok' | 'warning';
  readonly found: string;
  /** A command to type, or what to do before. */
  readonly next: string | null;
}

/** One line of `doctor --json`. */
export interface CheckDocument {
  readonly subject: string;
  readonly verdict: 'ok' | 'warning' | 'failed';
  /** What there is, or the error's sentence. */
  readonly found: string;
  readonly code: ErrorCode | null;
  readonly next: string | null;
}

export interface Check {
  readonly subject: string;
  /** Rejects with the coded error of what is wrong. */
  readonly look: () => Promise<Finding>;
  /** What to do about an error; absent where nothing can fail. */
  readonly next?: (code: ErrorCode) => string;
}

export const ok = (found: string): Finding => ({ verdict: 'ok', found, next: null });

export const warning = (found: string, next: string): Finding => ({ verdict: 'warning', found, next });

/** What to do about the home's disk. */
export const homeStep = (code: ErrorCode): string =>
  code === 'LH_DISK_FULL'
    ? 'make room, or name a folder on another disk: LONGHAND_HOME=/path longhand doctor'
    : 'name a folder that you may write: LONGHAND_HOME=/path longhand doctor';

/** What to do about a fetch into the home; `otherwise` where its disk is not at fault. */
export const fetchStep = (code: ErrorCode, otherwise: string): string =>
  code === 'LH_DISK_FULL' || code === 'LH_NOT_WRITABLE' ? homeStep(code) : otherwise;

/** Does one check. */
export async function examine({ subject, look, next }: Check): Promise<CheckDocument & { error: unknown }> {
  try {
    const { verdict, found, next: step } = await look();
    return { subject, verdict, found, code: null, next: step, error: null };
  } catch (error) {
    const { code, message } = toLonghandError(error);
    const found = message.split('\n')[0] ?? '';
    return { subject, verdict: 'failed', found, code, next: next?.(code) ?? null, error };
  }
}
