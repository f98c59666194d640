/** A repetition that often is none of speech's own. */
const LEAST_TIMES = 4;
/** The longest unit that is looked for, in tokens. */
const LONGEST = 40;

/**
 * The indices of the tokens with every loop cut to its first turn: where a unit of text tokens stands at least four times
 * in a row, the repetitions are left out. Timestamps in between stay, and are no part of a unit.
 * @param timestampBegin the token of the timestamp 0.00 s.
 */
export function outsideLoops(tokens: readonly number[], timestampBegin: number): number[] {
  const places = [...tokens.keys()].filter((index) => tokens[index]! < timestampBegin);
  const text = places.map((index) => tokens[index]!);
  const left = new Set<number>();
  for (let start = 0; start < text.length;) {
    const { unit, end } = loopAt(text, start);
    for (const index of places.slice(start + unit, end)) left.add(index);
    start = end;
  }
  return [...tokens.keys()].filter((index) => !left.has(index));
}

/** The loop that begins at `start`: its unit's length and where its last whole turn ends; one token where there is none. */
function loopAt(text: readonly number[], start: number): { unit: number; end: number } {
  for (let unit = 1; unit <= LONGEST; unit++) {
    let end = start + unit;
    while (end < text.length && text[end] === text[end - unit]) end++;
    const turns = Math.floor((end - start) / unit);
    // What of a turn the end of the tokens left is no text of its own.
    if (turns >= LEAST_TIMES) return { unit, end: end === text.length ? end : start + turns * unit };
  }
  return { unit: 1, end: start + 1 };
}
