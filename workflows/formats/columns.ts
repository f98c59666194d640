/**
 * Wide and Fullwidth of Unicode's UAX #11 (version 17). Pictographs beyond the BMP are wide as a whole: those few that
 * the annex calls neutral are drawn as emoji too.
 */
const WIDE = new RegExp(
  '[' +
    String.raw`\u1100-\u115F\u231A\u231B\u2329\u232A\u23E9-\u23EC\u23F0\u23F3\u25FD\u25FE\u2614\u2615\u2630-\u2637` +
    String.raw`\u2648-\u2653\u267F\u268A-\u268F\u2693\u26A1\u26AA\u26AB\u26BD\u26BE\u26C4\u26C5\u26CE\u26D4\u26EA` +
    String.raw`\u26F2\u26F3\u26F5\u26FA\u26FD\u2705\u270A\u270B\u2728\u274C\u274E\u2753-\u2755\u2757\u2795-\u2797` +
    String.raw`\u27B0\u27BF\u2B1B\u2B1C\u2B50\u2B55\u2E80-\u303E\u3041-\u3247\u3250-\uA4C6\uA960-\uA97C\uAC00-\uD7A3` +
    String.raw`\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6B\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18D08}` +
    String.raw`\u{1AFF0}-\u{1B2FB}\u{1D300}-\u{1D376}\u{1F004}\u{1F0CF}\u{1F18E}\u{1F191}-\u{1F19A}` +
    String.raw`\u{1F200}-\u{1F64F}\u{1F680}-\u{1F6FF}\u{1F7E0}-\u{1F7F0}\u{1F90C}-\u{1F9FF}\u{1FA70}-\u{1FAFF}` +
    String.raw`\u{20000}-\u{3FFFD}` +
    ']',
  'u',
);
/** What is drawn over the character before it or not at all, Hangul's inner letters among it. */
const WITHOUT_WIDTH = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11FF]/u;
const ASCII = /^[\x20-\x7E]*$/;

/** The columns of `text` that stand before each of its UTF-16 units, and of all of it at the end. */
export function columnsUpTo(text: string): number[] {
  if (ASCII.test(text)) return Array.from({ length: text.length + 1 }, (_, at) => at);
  const upTo = [0];
  let columns = 0;
  for (const character of text) {
    if (WIDE.test(character)) columns += 2;
    else if (!WITHOUT_WIDTH.test(character)) columns += 1;
    for (let unit = 0; unit < character.length; unit += 1) upTo.push(columns);
  }
  return upTo;
}

/** The width of `text` in columns. */
export const columnsOf = (text: string): number => columnsUpTo(text).at(-1) ?? 0;
