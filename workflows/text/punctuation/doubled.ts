import type { Edit } from '../edit.ts';
import { replaceEach } from '../draft.ts';
import { linksIn } from '../links.ts';
import type { Context, Rule } from './context.ts';
import { KINDS } from './marks.ts';
import { betweenNarrow, betweenWide } from './neighbours.ts';

const isFull = ({ text, setting }: Context, start: number, end: number): boolean =>
  setting.wide && (setting.strict || !betweenNarrow(text, start, end));

/** Within Chinese in a segment of another language. */
const isLeft = ({ text, setting }: Context, start: number, end: number): boolean =>
  !setting.wide && !setting.strict && betweenWide(text, start, end);

/**
 * Three points or more are an ellipsis: six points in Chinese and Japanese (GB/T 15834-2011 4.11), else three, or a
 * full stop and three (Chicago Manual of Style 13.53).
 */
export const ellipsis: Rule = (context) => {
  const links = linksIn(context.text);
  return replaceEach(context.text, /(?:[.。．｡]{3,}|…)+/g, 'ellipsis', ([run], start, end) => {
    if (links.some(([from, to]) => from <= start && start < to)) return run;
    if (isFull(context, start, end)) return '……';
    if (isLeft(context, start, end) || run === '....') return run;
    return run.includes('…') ? '…' : '...';
  });
};

/** A dash of Chinese is two em dashes (GB/T 15834-2011 4.10); elsewhere two are one too many. */
export const dash: Rule = (context) =>
  replaceEach(context.text, /-{2,}|[—―─]{2,}/g, 'dash', (match, start, end) => {
    const [run] = match;
    if (context.whole[start]) return run;
    if (isFull(context, start, end)) return '——';
    return run.startsWith('-') || isLeft(context, start, end) ? run : '—';
  });

/**
 * Of marks side by side, each kind once. A question or exclamation mark is itself an end, and a comma gives way to one.
 * GB/T 15834-2011 4.3 lets `！` stand three times, for a loudness that nobody measured here.
 */
export const doubled: Rule = ({ text, whole }) => {
  const edits: Edit[] = [];
  for (const { 0: run, index } of text.matchAll(
    /[,.?!:;，、､。．｡？！：；](?: {0,2}[,.?!:;，、､。．｡？！：；])+/g,
  )) {
    let group: number[] = [];
    for (let at = index; at <= index + run.length; at += 1) {
      if (at < index + run.length && !whole[at]) {
        if (text[at] !== ' ') group.push(at);
        continue;
      }
      edits.push(...reduce(text, group, whole[group[0]! - 1] === 1));
      group = [];
    }
  }
  return edits;
};

/** What gives way to a mark that comes after it. */
const WEAKER: Readonly<Record<string, readonly string[]>> = {
  stop: ['comma'],
  question: ['comma', 'stop'],
  exclamation: ['comma', 'stop'],
};

/** `abbreviated`: whether an abbreviation's point stands before them. */
function reduce(text: string, places: readonly number[], abbreviated: boolean): Edit[] {
  const seen = new Map<string, number>();
  const kept = new Set<number>();
  for (const place of places) {
    const kind = KINDS.get(text[place]!)!;
    const asked = seen.has('question') || seen.has('exclamation');
    const stopped = (abbreviated && text[places[0]! - 1] === '.') || seen.has('stop');
    if (seen.has(kind)) continue;
    if (kind === 'stop' && (asked || stopped)) continue;
    // Behind a point of half width, which may be an abbreviation's, a comma is right.
    if (kind === 'comma' && seen.has('stop') && text[seen.get('stop')!] !== '.') continue;
    for (const weaker of WEAKER[kind] ?? []) kept.delete(seen.get(weaker)!);
    seen.set(kind, place);
    kept.add(place);
  }
  if (kept.size === places.length) return [];
  const edits: Edit[] = [];
  for (let at = places[0]!; at <= places.at(-1)!; at += 1) {
    if (!kept.has(at)) edits.push({ start: at, end: at + 1, text: '', rule: 'doubled' });
  }
  return edits;
}
