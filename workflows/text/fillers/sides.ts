/** What parts a place of a text from what is said beside it. */
export interface Side {
  /** Where it ends on the far side: of the left, its start. */
  readonly at: number;
  /** Whether a comma, a dash or an ellipsis is in it. */
  readonly comma: boolean;
  readonly space: boolean;
  /** The mark behind it that ends or begins a sentence, a quotation or brackets; an empty string at the text's end. */
  readonly bound: string | null;
}

const COMMA = /[,，、､;；…⋯—–―]/;
const SPACE = /\s/;
const OPENER = /[([{（［「『《〈“‘«¿¡]/;
const CLOSER = /[)\]}）］」』》〉”’»]/;
const ENDER = /[.。．｡?？!！:：]/;

export const isOpener = (mark: string): boolean => OPENER.test(mark) || mark === '"';
export const isCloser = (mark: string): boolean => CLOSER.test(mark) || mark === '"';
export const isEnder = (mark: string): boolean => ENDER.test(mark);

/** Whether the character of a text at a place only parts what stands beside it. */
export function isSeparator(text: string, at: number): boolean {
  return SPACE.test(text.charAt(at)) || isComma(text, at);
}

function isComma(text: string, at: number): boolean {
  const mark = text.charAt(at);
  const [before, after] = [text.charAt(at - 1), text.charAt(at + 1)];
  // Two points or more are an ellipsis, and a hyphen between spaces is a dash.
  if (mark === '.') return before === '.' || after === '.';
  if (mark === '-') return SPACE.test(before) && SPACE.test(after);
  return COMMA.test(mark);
}

export function leftOf(text: string, start: number): Side {
  let at = start;
  while (at > 0 && isSeparator(text, at - 1)) at -= 1;
  const mark = text.charAt(at - 1);
  const bound = at === 0 || ENDER.test(mark) || OPENER.test(mark) || (mark === '"' && at === start);
  return { at, ...held(text, at, start), bound: bound ? mark : null };
}

export function rightOf(text: string, end: number): Side {
  let at = end;
  while (at < text.length && isSeparator(text, at)) at += 1;
  const mark = text.charAt(at);
  const { comma, space } = held(text, end, at);
  const bound = mark === '' || ENDER.test(mark) || CLOSER.test(mark) || (mark === '"' && !space);
  return { at, comma, space, bound: bound ? mark : null };
}

export function held(text: string, from: number, to: number): Pick<Side, 'comma' | 'space'> {
  let comma = false;
  let space = false;
  for (let at = from; at < to; at += 1) {
    comma ||= isComma(text, at);
    space ||= SPACE.test(text.charAt(at));
  }
  return { comma, space };
}
