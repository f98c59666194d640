import { fold } from './fold.ts';
import { Lexicon } from './lexicon.ts';
import { Sounds } from './sound.ts';
import { spellingsOf, type Term } from './term.ts';

/** What the spellings of a list of terms stand for: how each is written. */
interface Index {
  /** Of spellings in folded form. */
  readonly lexicon: Lexicon<string>;
  /** Made when it is first asked for. */
  readonly sounds: () => Sounds;
}

const indexes = new WeakMap<readonly Term[], Index>();

/** Made once for a list. */
export function indexOf(terms: readonly Term[]): Index {
  const known = indexes.get(terms);
  if (known) return known;
  const entries = new Map<string, string>();
  for (const term of terms) {
    for (const spelling of spellingsOf(term)) entries.set(fold(spelling).text, term.write);
  }
  let sounds: Sounds | null = null;
  const index: Index = { lexicon: new Lexicon(entries), sounds: () => (sounds ??= new Sounds(entries)) };
  indexes.set(terms, index);
  return index;
}
