import { isSimplified, simplifiedOf, standardOf, type Heard } from './characters.ts';
import { allEntries, Dictionary } from './dictionary.ts';
import { TRADITIONAL } from './opencc.ts';
import { withParticles } from './particle.ts';
import type { Piece } from './piece.ts';

let made: Dictionary | undefined;

/** Made when first needed, once in a workflow's run. */
const dictionaryOf = (): Dictionary => (made ??= new Dictionary([...TRADITIONAL, keptWords()]));

/** Names and words that keep a traditional character in simplified texts, as OpenCC writes them: 变徵之声. */
const keptWords = (): string =>
  TRADITIONAL.flatMap(allEntries)
    .map(([, value]) => value)
    .filter((value) => value.length > 1 && [...value].some((one) => simplifiedOf(one) !== one))
    .sort()
    .map((value) => `${value} ${value}`)
    .join('|');

/** A text in simplified characters. One without any traditional character is simplified already: 乾隆 stays. */
export function toSimplified(text: string, heard: Heard): Piece[] {
  const characters = [...text];
  if (isSimplified(heard)) return [{ length: characters.length, text }];
  const standard = characters.map(standardOf).join('');
  const dictionary = dictionaryOf();
  const converted: string[] = [];
  for (let start = 0; start < standard.length;) {
    const character = String.fromCodePoint(standard.codePointAt(start)!);
    const { key, value } = dictionary.longestAt(standard, start) ?? { key: character, value: character };
    converted.push(...value);
    start += key.length;
  }
  return [{ length: characters.length, text: withParticles(converted).join('') }];
}
