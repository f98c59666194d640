export interface Delivered {
  readonly files: number;
  readonly bytes: number;
}

/** Where a fetch reports to. */
export interface FetchReport {
  /**
   * Name of what is fetched, bytes so far, and in all (null where not known). At most ten times a second, and at
   * the end. A source that fails is followed by the next one from 0.
   */
  readonly onProgress?: ((name: string, done: number, total: number | null) => void) | undefined;
  /** One line for a person: a source that failed, a wait for another process, a damaged file. */
  readonly onNotice?: ((line: string) => void) | undefined;
  /** Files, and bytes in all, that a source over a network delivered; null where it did not. */
  readonly onDownload?: ((delivered: Delivered | null) => void) | undefined;
}

const INTERVAL_MS = 100;

/** Tells `report` how far `name` is, but not each time. */
export function throttledProgress(
  name: string,
  report: FetchReport,
): (done: number, total: number | null) => void {
  let last = -Infinity;
  return (done, total) => {
    const now = performance.now();
    if (now - last < INTERVAL_MS && done !== total) return;
    last = now;
    report.onProgress?.(name, done, total);
  };
}
