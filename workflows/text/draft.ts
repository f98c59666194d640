import type { Edit } from './edit.ts';

/** A character of a draft: what stands there now, and `[start, end)` of the first text, empty where it was put in. */
interface Cell {
  readonly now: string;
  readonly start: number;
  readonly end: number;
  readonly rule: string;
}

/** A text that rules change one after the other, each what the one before has left; in the end, edits of the first. */
export class Draft {
  readonly #first: string;
  #text: string;
  #cells: Cell[];

  constructor(text: string) {
    this.#first = text;
    this.#text = text;
    let at = 0;
    this.#cells = [...text].map((now) => ({ now, start: at, end: (at += now.length), rule: '' }));
  }

  /** What stands there now. */
  get text(): string {
    return this.#text;
  }

  /** `edits` are of the text that stands there now, in order and without overlap. */
  apply(edits: readonly Edit[]): void {
    if (edits.length === 0) return;
    const old = this.#cells;
    const cells: Cell[] = [];
    let next = 0;
    let at = 0;
    const take = (end: number, change: (cell: Cell) => Cell) => {
      while (at < end) {
        const cell = old[next++]!;
        at += cell.now.length;
        cells.push(cell.now === '' ? cell : change(cell));
      }
    };
    for (const { start, end, text, rule } of edits) {
      take(start, (cell) => cell);
      const letters = [...text];
      let used = 0;
      take(end, (cell) => ({ ...cell, now: letters[used++] ?? '', rule }));
      for (const now of letters.slice(used)) {
        const gone = old[next];
        // What one rule takes out and another puts back has not changed.
        if (gone?.now === '' && this.#firstOf(gone) === now) {
          cells.push({ ...gone, now });
          next += 1;
        } else {
          const place = cells.at(-1)?.end ?? 0;
          cells.push({ now, start: place, end: place, rule });
        }
      }
    }
    this.#cells = cells.concat(old.slice(next)).filter(({ now, start, end }) => now !== '' || end > start);
    this.#text = this.#cells.map(({ now }) => now).join('');
  }

  /** Edits that make the first text what stands there now, a character each; what is taken out together is one. */
  edits(): Edit[] {
    const edits: Edit[] = [];
    for (const cell of this.#cells) {
      const { now: text, start, end, rule } = cell;
      if (text === this.#firstOf(cell)) continue;
      const last = edits.at(-1);
      if (last?.text === '' && text === '' && last.end === start && last.rule === rule) {
        edits[edits.length - 1] = { ...last, end };
      } else {
        edits.push({ start, end, text, rule });
      }
    }
    return edits;
  }

  #firstOf({ start, end }: Cell): string {
    return this.#first.slice(start, end);
  }
}

/** An edit a match of a global pattern that `change` gives another text for. */
export function replaceEach(
  text: string,
  pattern: RegExp,
  rule: string,
  change: (match: RegExpExecArray, start: number, end: number) => string,
): Edit[] {
  const edits: Edit[] = [];
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length;
    const changed = change(match, match.index, end);
    if (changed !== match[0]) edits.push({ start: match.index, end, text: changed, rule });
  }
  return edits;
}
