import { isShared, isTraditional, simplifiedOf, standardOf, type Heard } from './characters.ts';
import { Dictionary } from './dictionary.ts';
import { isSurnameAt } from './names.ts';
import { SIMPLIFIED } from './opencc.ts';
import { withParticles } from './particle.ts';

/** Toasts, of which OpenCC has 干一杯 and 干了这杯 alone. */
const TOASTS = ['一杯 一杯', '两杯 兩杯', '三杯 三杯', '几杯 幾杯', '那杯 那杯', '这一杯 這一杯']
  .map((glasses) => `干了${glasses.replace(' ', ' 乾了')}`)
  .join('|');

const dictionary = new Dictionary([TOASTS, ...SIMPLIFIED]);

/**
 * Characters that stand for several in traditional texts themselves, which the phrases that have them tell apart: 台湾 is
 * 臺灣 and 台风 颱風; 什么 is 什麼, and 么 the youngest.
 */
const LOOSE = new Set('台臺么');

/** Characters of a text in OpenCC's standard of traditional, a list a phrase and one of what is between two. */
export type Phrases = readonly (readonly string[])[];

/**
 * A text in OpenCC's standard of traditional, character by character. Phrases are looked up as if all were simplified,
 * so that 頭发 is 頭髮; what was heard in traditional stays. A text without any simplified character is traditional.
 */
export function toTraditional(text: string, heard: Heard): Phrases {
  const characters = [...text];
  const folded = withParticles(characters.map((character) => simplifiedOf(standardOf(character))));
  const looked = folded.join('');
  const phrases: string[][] = [];
  let between: string[] = [];
  let index = 0;
  for (let start = 0; start < looked.length;) {
    const simplified = folded[index]!;
    const found = isSurnameAt(looked, start) ? null : dictionary.longestAt(looked, start);
    const { key, value } = found ?? { key: simplified, value: simplified };
    const values = [...value];
    const isPhrase = values.length > 1;
    const converted = values.map((one, offset) =>
      decide(characters[index + offset]!, folded[index + offset]!, one, isPhrase, heard),
    );
    if (isPhrase) {
      phrases.push(between, converted);
      between = [];
    } else {
      between.push(...converted);
    }
    index += values.length;
    start += key.length;
  }
  return [...phrases, between];
}

/** One character: as it was heard, or the value that the dictionary has for its simplified one. */
function decide(
  character: string,
  simplified: string,
  value: string,
  isPhrase: boolean,
  heard: Heard,
): string {
  if (character === '著') return value;
  const isKept =
    !(isPhrase && LOOSE.has(character)) &&
    (character !== simplified ||
      isTraditional(heard) ||
      (!isPhrase && isShared(character) && heard.traditional > heard.simplified));
  return standardOf(isKept ? character : value);
}
