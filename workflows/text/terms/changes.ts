import type { Edit } from '../edit.ts';
import { characterAt, characterBefore } from '../letters.ts';
import { clings } from './whole.ts';

/**
 * The edits that make `heard`, which begins at `start` of a text, into `write`. Words at the ends that are as long in
 * both keep to themselves, so that theirs stay apart from those that the length of the others makes one.
 */
export function changes(heard: string, write: string, start: number, rule: string): Edit[] {
  let at = start;
  return pairs(heard, write).flatMap(([from, to]) => {
    const edit = change(from, to, at, rule);
    at += from.length;
    return edit;
  });
}

const HEAD = /^\S+\s+/;
const TAIL = /\s+\S+$/;

/** What stands for what, in order: words at both ends one by one, and what is left between them. */
function pairs(heard: string, write: string): [string, string][] {
  const heads: [string, string][] = [];
  const tails: [string, string][] = [];
  let [from, to] = [heard, write];
  for (;;) {
    const [a = '', b = ''] = [HEAD.exec(from)?.[0], HEAD.exec(to)?.[0]];
    if (!areAlike(a, b)) break;
    heads.push([a, b]);
    [from, to] = [from.slice(a.length), to.slice(b.length)];
  }
  for (;;) {
    const [a = '', b = ''] = [TAIL.exec(from)?.[0], TAIL.exec(to)?.[0]];
    if (!areAlike(a, b)) break;
    tails.unshift([a, b]);
    [from, to] = [from.slice(0, -a.length), to.slice(0, -b.length)];
  }
  return [...heads, [from, to], ...tails];
}

const areAlike = (a: string, b: string): boolean =>
  a !== '' && a.length === b.length && a.toLowerCase() === b.toLowerCase();

/** None where nothing differs. Leaves out the characters that both begin or end with, but cuts into no word. */
function change(from: string, to: string, at: number, rule: string): Edit[] {
  if (from === to) return [];
  const [a, b] = [[...from], [...to]];
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const inHead = (all: string[]) => clings(all[head - 1]!, all[head] ?? '');
  while (head > 0 && (inHead(a) || inHead(b))) head -= 1;
  const inTail = (all: string[]) => clings(all[all.length - tail]!, all[all.length - tail - 1] ?? '');
  while (tail > 0 && (inTail(a) || inTail(b))) tail -= 1;
  // What is put in would belong to the word before the term.
  if (head === 0 && tail === a.length) tail -= 1;
  const middle = (all: string[]) => all.slice(head, all.length - tail).join('');
  const start = at + a.slice(0, head).join('').length;
  return [{ start, end: start + middle(a).length, text: middle(b), rule }];
}

/** `write` as it stands between its neighbours: what would be read as one word with them is kept apart. */
export function spaced(write: string, before: string, after: string): string {
  const left = clings(characterAt(write, 0), before) ? ' ' : '';
  const right = clings(characterBefore(write, write.length), after) ? ' ' : '';
  return left + write + right;
}
