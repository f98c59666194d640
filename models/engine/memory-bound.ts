import { LonghandError } from '../../workflows/errors.ts';
import { AUDIO_CONTEXT } from '../whisper/dims.ts';
import { readManifest } from '../whisper/manifest.ts';
import { freeMemory } from './free-memory.ts';

/** Bytes that a model takes: to be loaded, then by an encoder's run, then by each row of a decoder's run. */
export interface Needs {
  readonly load: number;
  readonly encode: number;
  readonly row: number;
}

/** What is known of memory: bytes of this process, bytes free on the machine, and a first guess at a model's needs. */
export interface MemorySources {
  readonly held: () => number;
  readonly free: () => number;
  readonly guess: (graphs: string) => Needs;
}

/** How much the process had grown since a model was loaded when a batch of so many rows was run. */
interface Growth {
  readonly rows: number;
  readonly bytes: number;
}

/** What a model was measured to need: its smallest and its largest batch. */
interface Measured {
  readonly least: Growth;
  readonly most: Growth;
}

/** The share of a guess that is always counted with: memory that lay free can make a growth look smaller than the need. */
const LEAST = 0.25;

const SOURCES: MemorySources = { held: () => process.memoryUsage.rss(), free: freeMemory, guess: guessNeeds };

/**
 * Keeps an engine within `limit` bytes, and within half of what the machine has free: another engine may take the other
 * half at the same moment. What a batch needs grows in proportion to its rows. ONNX Runtime keeps what it once took, so
 * the growth of the process by its batches tells how much; until there is one, the model's shapes do.
 */
export class MemoryBound {
  readonly #limit: number;
  readonly #sources: MemorySources;
  readonly #start: number;
  readonly #measured = new Map<string, Measured>();
  /** What the process held when a model had been loaded, by its graphs. */
  readonly #loaded = new Map<string, number>();
  #resident = { graphs: '', held: 0, guess: { load: 0, encode: 0, row: 0 } };
  #largest = 0;

  /** `limit` in bytes; without one, what the machine has bounds it alone. */
  constructor(limit = Infinity, sources = SOURCES) {
    this.#limit = limit;
    this.#sources = sources;
    this.#start = sources.held();
  }

  /** Whether the process holds more than its limit, which only the end of its session can mend. */
  get isExceeded(): boolean {
    return this.#sources.held() > this.#limit;
  }

  /**
   * To be asked before a model is loaded, while none is: what the process then holds beyond its start is free in it.
   * @throws LH_OUT_OF_MEMORY where there is no room.
   */
  demandModel(graphs: string): void {
    const kept = this.#sources.held() - this.#start;
    const { load } = this.#sources.guess(graphs);
    if (load > this.#room() + kept) throw this.#tooLittle('load the model', load - kept);
  }

  /** To be told when a model has been loaded. Where it is loaded again, the process may hold memory that is free in it. */
  loaded(graphs: string): void {
    const held = Math.min(this.#sources.held(), this.#loaded.get(graphs) ?? Infinity);
    this.#loaded.set(graphs, held);
    this.#resident = { graphs, held, guess: this.#sources.guess(graphs) };
    this.#largest = 0;
  }

  /**
   * The rows that a batch of the loaded model may have.
   * @throws LH_OUT_OF_MEMORY where there is no room for one.
   */
  rows(): number {
    const { fixed, row } = this.#estimate();
    const grown = this.#sources.held() - this.#resident.held;
    const rows = Math.floor((this.#room() + grown - fixed) / row);
    if (rows < 1) throw this.#tooLittle('transcribe a window', fixed + row - grown);
    return rows;
  }

  /**
   * To be told when a batch has been run. A smaller one than before shows nothing: its memory was there. One without a
   * window of 30 s shows only where more is needed than was thought.
   */
  ran(rows: number, isWhole: boolean): void {
    if (rows <= this.#largest) return;
    const { graphs, held } = this.#resident;
    const growth = { rows, bytes: this.#sources.held() - held };
    const { fixed, row } = this.#estimate();
    if (!isWhole && growth.bytes <= fixed + rows * row) return;
    this.#largest = rows;
    const { least, most } = this.#measured.get(graphs) ?? { least: growth, most: growth };
    this.#measured.set(graphs, {
      least: rows <= least.rows ? growth : least,
      most: rows >= most.rows ? growth : most,
    });
  }

  /** Bytes that each row of a batch of the loaded model takes, as far as it is known. */
  get row(): number {
    return this.#estimate().row;
  }

  #room(): number {
    const { held, free } = this.#sources;
    return Math.min(this.#limit - held(), free() / 2);
  }

  /** Bytes of a batch's run beside its rows, and of each row. */
  #estimate(): { fixed: number; row: number } {
    const { graphs, guess } = this.#resident;
    const measured = this.#measured.get(graphs);
    if (!measured) return { fixed: guess.encode, row: guess.row };
    const { least, most } = measured;
    if (least.rows === most.rows) {
      const scale = Math.max(most.bytes / (guess.encode + most.rows * guess.row), LEAST);
      return { fixed: guess.encode * scale, row: guess.row * scale };
    }
    const row = Math.max((most.bytes - least.bytes) / (most.rows - least.rows), guess.row * LEAST);
    return { fixed: Math.max(0, most.bytes - most.rows * row), row };
  }

  #tooLittle(what: string, needed: number): LonghandError {
    const [need, room] = [needed, Math.max(0, this.#room())].map((bytes) => Math.round(bytes / 1e6));
    return new LonghandError(
      'LH_OUT_OF_MEMORY',
      `Expected ${need} MB of memory to ${what}, but ${room} MB may be taken.`,
    );
  }
}

/**
 * A first guess, from above. Measured with Whisper base in 8 and in 32 bits: 2.0–2.4 times the graphs' bytes to load
 * them, 26–27 times an encoder's states for its run, 0.7–1.3 times the keys and values of a window in 32 bits for a row.
 */
function guessNeeds(graphs: string): Needs {
  const { files, dims } = readManifest(graphs);
  const states = AUDIO_CONTEXT * dims.width * 4;
  return {
    load: 2.5 * files.reduce((sum, { bytes }) => sum + bytes, 0),
    encode: 30 * states,
    row: 1.5 * 2 * dims.decoderLayers * states,
  };
}
