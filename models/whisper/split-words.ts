/** Splits tokens into words, as openai/whisper (`Tokenizer.split_to_word_tokens`, `merge_punctuations`). */

/** A word as text, with the space before it, and how many tokens it has. */
export interface TokenWord {
  readonly text: string;
  readonly tokens: number;
}

/** Tokens to text; bytes that are no UTF-8 become U+FFFD. */
type Decode = (tokens: readonly number[]) => string;

/** Languages written without spaces: a word is a character there, as openai/whisper has it. */
const WITHOUT_SPACES: ReadonlySet<string> = new Set(['zh', 'ja', 'th', 'lo', 'my', 'yue']);

const REPLACEMENT = '\uFFFD';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const BEFORE_WORDS = '"\'“¿([{-';
const AFTER_WORDS = '"\'.。,，!！?？:：”)]}、';

/** The words of a text's tokens; joined, they are its text, and so are their tokens. */
export function splitToWords(tokens: readonly number[], language: string, decode: Decode): TokenWord[] {
  const characters = splitAtCharacters(tokens, decode);
  return WITHOUT_SPACES.has(language) ? characters : splitAtSpaces(characters);
}

/** The shortest runs of tokens that are whole characters. */
function splitAtCharacters(tokens: readonly number[], decode: Decode): TokenWord[] {
  const text = decode(tokens);
  const words: TokenWord[] = [];
  let first = 0;
  let offset = 0;
  for (let next = 1; next <= tokens.length; next++) {
    const isLast = next === tokens.length;
    const part = decode(tokens.slice(first, next));
    const broken = part.indexOf(REPLACEMENT);
    // One that stands in the whole text as well will not be mended by further tokens.
    if (broken >= 0 && text[offset + broken] !== REPLACEMENT && !isLast) continue;
    const end = isLast ? text.length : Math.min(offset + part.length, text.length);
    words.push({ text: text.slice(offset, end), tokens: next - first });
    first = next;
    offset = end;
  }
  return words;
}

function splitAtSpaces(characters: readonly TokenWord[]): TokenWord[] {
  const words: TokenWord[] = [];
  for (const part of characters) {
    const last = words.at(-1);
    const isNew = part.text.startsWith(' ') || PUNCTUATION.includes(part.text.trim());
    if (last && !isNew) words[words.length - 1] = joined(last, part);
    else words.push(part);
  }
  return words;
}

const joined = (a: TokenWord, b: TokenWord): TokenWord => ({
  text: a.text + b.text,
  tokens: a.tokens + b.tokens,
});

/**
 * Gives punctuation to the word it belongs to: that after a space to the next word, other to the one before. `merge`
 * gives a word, whose time counts, the text of both.
 */
export function mergePunctuation<T extends { readonly text: string }>(
  words: readonly T[],
  merge: (word: T, text: string) => T,
): T[] {
  const prefixed: T[] = [];
  for (const word of words.toReversed()) {
    const following = prefixed[0];
    if (following && word.text.startsWith(' ') && BEFORE_WORDS.includes(word.text.trim())) {
      prefixed[0] = merge(following, word.text + following.text);
    } else prefixed.unshift(word);
  }
  const merged: T[] = [];
  for (const word of prefixed) {
    const previous = merged.at(-1);
    if (previous && !previous.text.endsWith(' ') && AFTER_WORDS.includes(word.text)) {
      merged[merged.length - 1] = merge(previous, previous.text + word.text);
    } else merged.push(word);
  }
  return merged;
}
