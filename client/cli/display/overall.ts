import type { Progress } from '../../../workflows/contract.ts';
import type { Display } from './display.ts';

/** How far a transcription of several is. Samples. */
type Amount = Pick<Progress, 'committed' | 'total'>;

/** Adds up how far all files of a command are, for the display. */
export class OverallProgress {
  readonly #display: Display;
  readonly #files: number;
  readonly #running = new Map<string, Amount>();
  #ended = 0;
  /** Samples of the files that have ended. */
  #done = 0;

  constructor(display: Display, files: number) {
    this.#display = display;
    this.#files = files;
  }

  progressed(file: string, { committed, total }: Amount): void {
    this.#running.set(file, { committed, total });
    this.#show();
  }

  /** A file has ended; `samples` are those of its recording, 0 where it failed. */
  ended(file: string, samples: number): void {
    this.#running.delete(file);
    this.#ended += 1;
    this.#done += samples;
    this.#show();
  }

  #show(): void {
    const audio = { committed: this.#done, total: this.#done };
    let files = this.#ended;
    for (const { committed, total } of this.#running.values()) {
      audio.committed += committed;
      audio.total += total;
      files += total > 0 ? committed / total : 0;
    }
    this.#display.overall({
      files: { ended: this.#ended, all: this.#files },
      audio,
      share: Math.min(1, files / this.#files),
    });
  }
}
