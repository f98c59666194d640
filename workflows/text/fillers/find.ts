import { held, isSeparator, leftOf, rightOf, type Side } from './sides.ts';
import { FILLERS, type Beside, type Filler } from './table.ts';

interface Found {
  readonly start: number;
  readonly end: number;
  readonly filler: Filler;
}

/** Fillers that nothing but commas and spaces parts, and what stands beside them. */
export interface Hesitation {
  readonly start: number;
  readonly end: number;
  readonly left: Side;
  readonly right: Side;
  readonly answers: boolean;
}

// What joins letters to a word, a name or an address: `uh-huh`, `um.edu`.
const JOINED = String.raw`[\p{L}\p{M}\p{N}_'’@#&/\\-]`;

const SEARCHES: ReadonlyMap<string, readonly [RegExp, readonly Filler[]]> = new Map(
  [...FILLERS].map(([language, fillers]) => {
    const patterns = fillers.map(({ pattern }) => {
      return pattern.includes('(?=') ? `(${pattern})` : `(${pattern})(?!${JOINED}|\\.[\\p{L}\\p{N}])`;
    });
    const search = new RegExp(`(?<!${JOINED}|[^.\\s]\\.)(?:${patterns.join('|')})`, 'giu');
    return [language, [search, fillers]];
  }),
);

/** The hesitations of a text in a language, in order. */
export function hesitations(text: string, language: string): Hesitation[] {
  let found = fillersOf(text, language);
  for (;;) {
    const groups = grouped(text, found);
    const kept = groups.flatMap((group) => fitting(text, group));
    if (kept.length === found.length) return groups.map((group) => described(text, group));
    found = kept;
  }
}

function fillersOf(text: string, language: string): Found[] {
  const [search, fillers] = SEARCHES.get(language) ?? [];
  if (search === undefined) return [];
  const shouted = !/\p{Ll}/u.test(text);
  return [...text.matchAll(search)]
    .map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      filler: fillers![match.slice(1).findIndex((group) => group !== undefined)]!,
    }))
    .filter(({ start, end }) => shouted || !/^\p{Lu}\p{Lu}/u.test(text.slice(start, end)));
}

function grouped(text: string, found: readonly Found[]): Found[][] {
  const groups: Found[][] = [];
  for (const one of found) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    let at = last?.end ?? 0;
    while (last && at < one.start && isSeparator(text, at)) at += 1;
    if (group && at === one.start) group.push(one);
    else groups.push([one]);
  }
  return groups;
}

/** The fillers of a group that stand as their table wants them to, the others being gone. */
function fitting(text: string, group: readonly Found[]): Found[] {
  const { left, right } = described(text, group);
  const commas = group.map(({ end }, index) => {
    const next = group[index + 1];
    return next !== undefined && held(text, end, next.start).comma;
  });
  const [first, last] = [commas.indexOf(true), commas.lastIndexOf(true)];
  // `This one, that one` is a list.
  const lists = [/^那/, /^[这這]/].every((one) => group.some(({ start }) => one.test(text.charAt(start))));
  return group.filter(({ start, filler }, index) => {
    if (lists && /^[那这這]/.test(text.charAt(start))) return false;
    const before = left.comma || (first >= 0 && first < index);
    return stands(filler.left, before, left) && stands(filler.right, right.comma || last >= index, right);
  });
}

function stands(beside: Beside, comma: boolean, { bound }: Side): boolean {
  return beside === 'any' || comma || (beside === 'mark' && bound !== null);
}

function described(text: string, group: readonly Found[]): Hesitation {
  const [start, end] = [group[0]!.start, group.at(-1)!.end];
  const answers = group.some(({ filler }) => filler.answers);
  return { start, end, left: leftOf(text, start), right: rightOf(text, end), answers };
}
