import { SAMPLE_RATE, type Progress, type TranscriptionResult } from '../../../workflows/contract.ts';
import type { Transcription } from '../../transcription.ts';
import type { Display } from '../display/display.ts';
import { OverallProgress } from '../display/overall.ts';
import { printableLine } from '../display/printable.ts';
import { resultDocument, type FileDocument } from '../documents.ts';
import { errorDocument, explain } from '../exit.ts';
import type { readTexts } from '../explanation.ts';
import { write, writeJson } from '../output.ts';
import type { Outcome } from './batch.ts';
import type { PlacedFile } from './destinations.ts';
import { nameOf, shownPath } from './find-files.ts';

/** A file that was transcribed. */
export interface Transcribed {
  readonly transcription: Transcription;
  readonly result: TranscriptionResult;
  /** Paths of its output files; empty where they are in the store. */
  readonly files: readonly string[];
}

/** What a file gave, to be told when its turn comes. */
type Kept = Awaited<ReturnType<typeof readTexts>>;

/** Tells of the files of a `transcribe`: progress and failures at once, what they gave when their turn comes. */
export class FileReporter {
  readonly #display: Display;
  readonly #overall: OverallProgress | null;
  readonly #json: boolean;
  readonly #isOne: boolean;
  /** Names of the files, or their paths where two have one name. By path. */
  readonly #labels: ReadonlyMap<string, string>;
  /** By path. */
  readonly #started = new Map<string, Transcription>();
  /** By path, until they are told. */
  readonly #texts = new Map<string, Kept>();

  constructor(files: readonly PlacedFile[], display: Display, json: boolean) {
    this.#display = display;
    this.#json = json;
    this.#isOne = files.length === 1;
    this.#overall = this.#isOne ? null : new OverallProgress(display, files.length);
    const names = new Set(files.map(nameOf));
    const areDistinct = names.size === files.length;
    this.#labels = new Map(
      files.map((file) => [file.path, printableLine(areDistinct ? nameOf(file) : shownPath(file))]),
    );
  }

  started({ path }: PlacedFile, transcription: Transcription): void {
    this.#started.set(path, transcription);
  }

  /** Keeps what a file gave for its turn, when the client that could read it may be gone. */
  keep({ path }: PlacedFile, kept: Kept): void {
    this.#texts.set(path, kept);
  }

  progressed(file: PlacedFile, progress: Progress): void {
    this.#display.progressed(this.#labelOf(file), progress);
    this.#overall?.progressed(file.path, progress);
  }

  ended(file: PlacedFile, outcome: Outcome<Transcribed>): void {
    if ('error' in outcome) return this.#failed(file, outcome.error);
    this.#display.ended(this.#labelOf(file));
    this.#overall?.ended(file.path, outcome.value.result.duration * SAMPLE_RATE);
  }

  /** Writes what a file gave: its text that was kept, or the paths of its output files, or its document. */
  async tell(file: PlacedFile, outcome: Outcome<Transcribed>): Promise<void> {
    if (this.#json) return writeJson(this.#documentOf(file, outcome));
    if ('error' in outcome) return;
    const { result, files } = outcome.value;
    const label = this.#labelOf(file);
    if (result.segments + result.gaps === 0) this.#display.note(`${label}: no speech`);
    if (result.remark !== undefined) this.#display.note(`${label}: ${result.remark}`);
    for (const path of files) this.#display.note(path);
    const kept = this.#texts.get(file.path);
    if (kept === undefined) return;
    this.#texts.delete(file.path);
    this.#display.hide();
    await write(`${this.#isOne ? '' : `==> ${label} <==\n`}${kept.text}`);
    for (const line of kept.explanation) this.#display.note(line);
  }

  #failed(file: PlacedFile, error: unknown): void {
    this.#display.ended(this.#labelOf(file));
    this.#overall?.ended(file.path, 0);
    if (this.#json) return;
    this.#display.note(this.#isOne ? explain(error) : `${printableLine(shownPath(file))}: ${explain(error)}`);
  }

  #labelOf({ path }: PlacedFile): string {
    return this.#labels.get(path) ?? path;
  }

  #documentOf(file: PlacedFile, outcome: Outcome<Transcribed>): FileDocument {
    const started = this.#started.get(file.path);
    const identity = { file: shownPath(file), id: started?.id ?? null, attached: started?.attached === true };
    if ('error' in outcome) return { ...identity, result: null, error: errorDocument(outcome.error) };
    const { result, files } = outcome.value;
    return { ...identity, result: resultDocument(result, files), error: null };
  }
}
