import { Lexicon } from './lexicon.ts';
import { readingsOf } from './readings.ts';

/** Characters of one UTF-16 unit that have readings: CJK Unified Ideographs and its Extension A. */
const HAN_RUN = /[\u3400-\u4DBF\u4E00-\u9FFF]{2,}/g;
const HAN_ALONE = /^[\u3400-\u4DBF\u4E00-\u9FFF]{2,}$/;
/** A place of a text without a syllable of any term. */
const SILENT = '\0';

/** Terms to be found by how they sound. Places are those of the text: a syllable of a term is one unit. */
export class Sounds {
  readonly #units = new Map<string, string>();
  readonly lexicon: Lexicon<string>;

  /**
   * `terms`: spellings in folded form and how each term is written. Where two terms sound alike neither is found, since
   * nobody could say which was meant.
   */
  constructor(terms: Iterable<readonly [string, string]>) {
    const sounds = new Map<string, string>();
    const ambiguous = new Set<string>();
    for (const [spelling, value] of terms) {
      if (!HAN_ALONE.test(spelling)) continue;
      const sound = readingsOf(spelling).map((syllable) => this.#unitOf(syllable));
      const key = sound.join('');
      if ((sounds.get(key) ?? value) !== value) ambiguous.add(key);
      sounds.set(key, value);
    }
    for (const key of ambiguous) sounds.delete(key);
    this.lexicon = new Lexicon(sounds);
  }

  /** What `lexicon` is looked up in: of the same length as `text`. */
  soundOf(text: string): string {
    if (this.lexicon.size === 0) return '';
    let sound = '';
    for (const { 0: run, index } of text.matchAll(HAN_RUN)) {
      sound += SILENT.repeat(index - sound.length);
      for (const syllable of readingsOf(run)) sound += this.#units.get(syllable) ?? SILENT;
    }
    return sound;
  }

  #unitOf(syllable: string): string {
    const unit = this.#units.get(syllable) ?? String.fromCharCode(this.#units.size + 1);
    this.#units.set(syllable, unit);
    return unit;
  }
}
