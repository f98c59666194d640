import { MAX_SECTION_SAMPLES } from '../../workflows/contract.ts';

/** 20 ms of 16 kHz. */
const FRAME_SAMPLES = 320;
const SECTION_FRAMES = MAX_SECTION_SAMPLES / FRAME_SAMPLES;
/** The pause is sought in the last 60 s that a section may have. */
const WINDOW_FRAMES = 3000;
/** A pause is as good as its 500 ms are quiet. */
const STRETCH_FRAMES = 25;

/** A run of stretches of equal energy, one beginning at each frame from `first` on. */
interface Quiet {
  readonly energy: number;
  /** Frame of the recording. */
  readonly first: number;
  readonly length: number;
}

/**
 * Finds where a recording's sections end, as its samples stream by. A section has at most ten minutes; one that is
 * followed by another ends in the middle of the quietest 500 ms of its last 60 s, by the energy of 20 ms frames
 * alone; among equals, in the middle of the longest run of them, the earliest of equal runs. All sums are integers
 * below 2^53, so every machine cuts alike. Memory does not grow but for the list of ends.
 */
export class SectionCutter {
  readonly #ends: number[] = [];
  /** Energies of the last `STRETCH_FRAMES` frames, by frame number modulo that. */
  readonly #recent = new Float64Array(STRETCH_FRAMES);
  /** Whole frames seen. */
  #frames = 0;
  #sectionStart = 0;
  #frameEnergy = 0;
  #frameSamples = 0;
  #stretchEnergy = 0;
  #run: Quiet | null = null;
  #quietest: Quiet | null = null;
  /** First byte of a sample whose second has not come yet. */
  #half: number | null = null;

  /** Takes the next bytes of 16-bit little-endian PCM; they may begin and end within a sample. */
  push(bytes: Uint8Array): void {
    let offset = 0;
    if (this.#half !== null && bytes.length > 0) {
      this.#add(((this.#half | (bytes[0]! << 8)) << 16) >> 16);
      this.#half = null;
      offset = 1;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (; offset + 1 < bytes.length; offset += 2) this.#add(view.getInt16(offset, true));
    if (offset < bytes.length) this.#half = bytes[offset]!;
  }

  /** Samples taken so far. */
  get samples(): number {
    return this.#frames * FRAME_SAMPLES + this.#frameSamples;
  }

  /** Ends the recording and gives the ends of its sections in samples, ascending, the last being its length. */
  end(): number[] {
    return [...this.#ends, this.samples];
  }

  #add(sample: number): void {
    if (this.#frameSamples === 0 && this.#frames - this.#sectionStart === SECTION_FRAMES) this.#cut();
    this.#frameEnergy += sample * sample;
    this.#frameSamples += 1;
    if (this.#frameSamples === FRAME_SAMPLES) this.#endFrame();
  }

  #endFrame(): void {
    const slot = this.#frames % STRETCH_FRAMES;
    this.#stretchEnergy += this.#frameEnergy - this.#recent[slot]!;
    this.#recent[slot] = this.#frameEnergy;
    this.#frames += 1;
    this.#frameEnergy = 0;
    this.#frameSamples = 0;
    const first = this.#frames - STRETCH_FRAMES;
    if (first >= this.#sectionStart + SECTION_FRAMES - WINDOW_FRAMES)
      this.#consider(first, this.#stretchEnergy);
  }

  #consider(first: number, energy: number): void {
    const run = this.#run;
    this.#run = run?.energy === energy ? { ...run, length: run.length + 1 } : { energy, first, length: 1 };
    const best = this.#quietest;
    const quieter = best === null || energy < best.energy;
    if (quieter || (energy === best.energy && this.#run.length > best.length)) this.#quietest = this.#run;
  }

  #cut(): void {
    const { first, length } = this.#quietest!;
    this.#sectionStart = first + Math.floor((length - 1 + STRETCH_FRAMES) / 2);
    this.#ends.push(this.#sectionStart * FRAME_SAMPLES);
    this.#run = null;
    this.#quietest = null;
  }
}
