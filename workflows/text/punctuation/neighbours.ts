import { characterAt, characterBefore, isDigit, isNarrow, isWide } from '../letters.ts';

/** How many marks and spaces a letter may be away. */
const REACH = 8;

const BETWEEN = /[\s\p{P}\p{S}]/u;

/** The letter or digit before `index`, past marks and spaces; empty where there is none near. */
function letterBefore(text: string, index: number): string {
  let at = index;
  for (let step = 0; step < REACH; step += 1) {
    const character = characterBefore(text, at);
    if (!BETWEEN.test(character)) return character;
    at -= character.length;
  }
  return '';
}

/** The letter or digit from `index` on, past marks and spaces; empty where there is none near. */
function letterAfter(text: string, index: number): string {
  let at = index;
  for (let step = 0; step < REACH; step += 1) {
    const character = characterAt(text, at);
    if (!BETWEEN.test(character)) return character;
    at += character.length;
  }
  return '';
}

/** A letter or digit of a script with spaces. */
export const isWordy = (character: string): boolean => isNarrow(character) || isDigit(character);

/** Whether `[start, end)` stands within words of a script with spaces: between two of them, or one and a number. */
export function betweenNarrow(text: string, start: number, end: number): boolean {
  const left = letterBefore(text, start);
  const right = letterAfter(text, end);
  return isWordy(left) && isWordy(right) && (isNarrow(left) || isNarrow(right));
}

/** Whether `[start, end)` stands within Chinese or Japanese. */
export const betweenWide = (text: string, start: number, end: number): boolean =>
  isWide(letterBefore(text, start)) && isWide(letterAfter(text, end));
