/**
 * The merges of a byte-pair encoding (`left right`, first merge first) from its tokens alone, which stand in the order
 * in which they were learned: the two parts of a token are what the merges before it leave of it (Sennrich et al. 2016).
 * @param tokens single bytes first; an empty one stands for a number that is not used.
 */
export function mergesOf(tokens: readonly string[]): string[] {
  const ranks = new Map(tokens.map((token, rank) => [token, rank]));
  const merges: string[] = [];
  tokens.forEach((token, rank) => {
    const parts = partsOf(token, rank, ranks);
    if (parts.length === 2) merges.push(parts.join(' '));
  });
  return merges;
}

/** Joins the neighbours whose merge was learned first, until none learned before `limit` is left. */
function partsOf(token: string, limit: number, ranks: ReadonlyMap<string, number>): string[] {
  const parts = [...token];
  for (;;) {
    let best = limit;
    let at = -1;
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = ranks.get(parts[i]! + parts[i + 1]!) ?? limit;
      if (rank < best) [best, at] = [rank, i];
    }
    if (at < 0) return parts;
    parts.splice(at, 2, parts[at]! + parts[at + 1]!);
  }
}
