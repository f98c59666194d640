import { applyEdits, type Edit } from './edit.ts';

/** More than any chain of changes that each make another possible has been seen to take. */
const MOST_ROUNDS = 8;

/**
 * The edits after which `once` finds nothing more to change, since what one rule writes may be what another looks for. None at
 * all where there is no end to it.
 */
export function settle(text: string, once: (text: string) => readonly Edit[]): readonly Edit[] {
  let edits: readonly Edit[] = [];
  let now = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const more = once(now);
    if (more.length === 0) return edits.filter((edit) => edit.text !== text.slice(edit.start, edit.end));
    edits = edits.length === 0 ? more : compose(edits, more, now);
    now = applyEdits({ text: now }, more).text;
  }
  return [];
}

/** An edit as a stretch of the text between two rounds, and by how much that stretch is longer than the one before. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly growth: number;
  /** Null of what made the text between. */
  readonly edit: Edit | null;
  readonly rule: string;
}

/** The edits that do what `first` does and then `second`; `between`: the text that `first` makes. */
export function compose(first: readonly Edit[], second: readonly Edit[], between: string): Edit[] {
  const stretches = [
    ...made(first),
    ...second.map((edit) => ({ start: edit.start, end: edit.end, growth: 0, edit, rule: edit.rule })),
  ].sort((a, b) => a.start - b.start || a.end - b.end);
  const composed: Edit[] = [];
  let shift = 0;
  for (let next = 0; next < stretches.length;) {
    const { start, rule } = stretches[next]!;
    const group: Stretch[] = [];
    for (let end = start; next < stretches.length && stretches[next]!.start <= end; next += 1) {
      group.push(stretches[next]!);
      end = Math.max(end, stretches[next]!.end);
    }
    const end = Math.max(...group.map((one) => one.end));
    const later = group.flatMap(({ edit }) => (edit ? [edit] : []));
    const text = rewrite(between, start, end, later);
    const from = start - shift;
    shift += group.reduce((sum, { growth }) => sum + growth, 0);
    composed.push({ start: from, end: end - shift, text, rule: later.at(-1)?.rule ?? rule });
  }
  return composed;
}

function made(edits: readonly Edit[]): Stretch[] {
  let shift = 0;
  return edits.map(({ start, end, text, rule }) => {
    const from = start + shift;
    const growth = text.length - (end - start);
    shift += growth;
    return { start: from, end: from + text.length, growth, edit: null, rule };
  });
}

/** `[start, end)` of a text after edits that lie in it. */
function rewrite(text: string, start: number, end: number, edits: readonly Edit[]): string {
  const moved = edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
  return applyEdits({ text: text.slice(start, end) }, moved).text;
}
