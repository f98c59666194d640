import type { FetchReport } from '../../../models/cache/progress.ts';
import type { Progress } from '../../../workflows/contract.ts';
import { Bars } from './bars.ts';
import { Lines } from './lines.ts';

/** How far all files of a command are. */
export interface Overall {
  readonly files: { readonly ended: number; readonly all: number };
  /** Samples done, and of those recordings whose length is known by now. */
  readonly audio: { readonly committed: number; readonly total: number };
  /** Between 0 and 1; a file that has not begun counts as a whole file to do. */
  readonly share: number;
}

/** What a command shows on standard error while it works: bars on a terminal, plain lines elsewhere. */
export interface Display {
  /** A download; `total` is null where unknown. Bytes. */
  fetched(name: string, done: number, total: number | null): void;
  /** How far a transcription is. */
  progressed(name: string, progress: Progress): void;
  /** A transcription has ended: its bar goes. */
  ended(name: string): void;
  /** How far all transcriptions of the command are. */
  overall(all: Overall): void;
  note(text: string): void;
  /** Clears the way for standard output, which may be the same terminal. */
  hide(): void;
  close(): void;
}

export function openDisplay(stream: NodeJS.WriteStream = process.stderr): Display {
  return stream.isTTY ? new Bars(stream) : new Lines(stream);
}

/** What fetches tell of themselves, on a display. */
export const showingFetches = (display: Display): FetchReport => ({
  onProgress: (name, done, total) => display.fetched(name, done, total),
  onNotice: (text) => display.note(text),
});
