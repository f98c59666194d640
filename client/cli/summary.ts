/** What became of one file of a command. */
export interface Ended {
  readonly attached: boolean;
  /** Null where it failed. */
  readonly result: { readonly duration: number; readonly gaps: number } | null;
}

/** What became of all files, as the last line of `transcribe --recursive --json` shows it. */
export interface Summary {
  readonly files: number;
  /** Transcribed now. */
  readonly done: number;
  /** Transcribed before, or by another command at the same time. */
  readonly already: number;
  readonly failed: number;
  readonly gaps: number;
  /** Entries of the folders that are hidden or no media. */
  readonly skipped: number;
  /** Of all recordings; seconds. */
  readonly audio: number;
  /** From the command to its end; seconds. */
  readonly took: number;
  /** Audio transcribed now for each second; null where there was none. */
  readonly timesRealTime: number | null;
}

/** `took` in seconds. */
export function summarize(files: readonly Ended[], skipped: number, took: number): Summary {
  const done = files.filter(({ attached, result }) => result !== null && !attached);
  const already = files.filter(({ attached, result }) => result !== null && attached);
  const sum = (some: readonly Ended[], of: 'duration' | 'gaps') =>
    some.reduce((total, { result }) => total + (result?.[of] ?? 0), 0);
  const transcribed = sum(done, 'duration');
  return {
    files: files.length,
    done: done.length,
    already: already.length,
    failed: files.length - done.length - already.length,
    gaps: sum(files, 'gaps'),
    skipped,
    audio: round(transcribed + sum(already, 'duration')),
    took: round(took),
    timesRealTime: transcribed > 0 ? round(transcribed / took) : null,
  };
}

/** For people, in one line. */
export function formatSummary(summary: Summary): string {
  const { files, done, already, failed, gaps, skipped, audio, took, timesRealTime } = summary;
  const counts = `${done} done, ${already} already, ${failed} failed`;
  const speed = timesRealTime === null ? '' : `, ${timesRealTime.toFixed(1)}× real time`;
  const left = skipped === 0 ? '' : `, ${skipped} skipped`;
  const number = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  return `${number(files, 'file')}: ${counts}${left} · ${number(gaps, 'gap')} · ${hours(audio)} of audio in ${seconds(took)}${speed}`;
}

const hours = (duration: number): string => `${(duration / 3600).toFixed(2)} h`;

function seconds(duration: number): string {
  if (duration < 60) return `${duration.toFixed(1)} s`;
  const minutes = Math.floor(duration / 60);
  return minutes < 60
    ? `${minutes} min ${Math.floor(duration % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
