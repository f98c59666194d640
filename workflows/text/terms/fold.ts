/** A text as terms are looked up in it: in lower case, ASCII at half width, one space for each run of white space. */
interface Folded {
  readonly text: string;
  /** Where each unit of `text` stands in the text it was made from, and behind the last one that text's end. */
  readonly at: readonly number[];
}

const SPACE = /\s/u;
const FULL_WIDTH = /[\uFF01-\uFF5E]/;
/** From ASCII at full width to ASCII, in Unicode's block Halfwidth and Fullwidth Forms. */
const NARROWER = 0xfee0;

export function fold(text: string): Folded {
  let folded = '';
  const at: number[] = [];
  let position = 0;
  for (const character of text) {
    const isSpace = SPACE.test(character);
    if (!isSpace || !folded.endsWith(' ')) {
      const unit = isSpace ? ' ' : lower(character);
      folded += unit;
      for (let index = 0; index < unit.length; index += 1) at.push(position + index);
    }
    position += character.length;
  }
  at.push(position);
  return { text: folded, at };
}

function lower(character: string): string {
  const narrow = FULL_WIDTH.test(character)
    ? String.fromCharCode(character.charCodeAt(0) - NARROWER)
    : character;
  const small = narrow.toLowerCase();
  // İ becomes two characters, and places would no longer be the text's.
  return small.length === character.length ? small : character;
}
