import type { Edit } from '../edit.ts';
import { matchAt, type Numeral } from './chinese-read.ts';
import { change, isClosed } from './chinese-rule.ts';

const TO_FRACTION = /又/y;
const TO_NUMBER = /到|至|比|加|减|乘以|乘|除以|[~～—-]/y;
const FROM_NUMBER = /比|加|减|乘以|乘|除以|等于/y;
/** What has no figure of its own at its start. */
const NO_NUMBER = new Set(['percent', 'per-mille', 'day-of-a-date', 'minus']);

/**
 * Numbers of one character beside one in figures take its form (GB/T 15835-2011, 4.3): 三到五公里 → 3到5公里. `edits` are
 * those made, `kept` the numbers that no rule has changed, both in order.
 */
export function besideFigures(text: string, edits: readonly Edit[], kept: readonly Numeral[]): Edit[] {
  const starts = new Map(
    edits.filter(({ rule }) => !NO_NUMBER.has(rule)).map((edit) => [edit.start, edit.rule]),
  );
  const added: Edit[] = [];
  const add = (numeral: Numeral) => {
    added.push(change(numeral, 'beside-figures'));
    starts.set(numeral.start, 'beside-figures');
  };
  for (const numeral of kept.toReversed()) {
    const link = matchAt(TO_NUMBER, text, numeral.end) ?? matchAt(TO_FRACTION, text, numeral.end);
    const rule = link === null ? undefined : starts.get(numeral.end + link.length);
    if (rule !== undefined && (rule === 'fraction') === (link === '又')) add(numeral);
  }
  const ends = new Set([...edits.filter(({ rule }) => !NO_NUMBER.has(rule)), ...added].map(({ end }) => end));
  for (const numeral of kept) {
    const link = [1, 2].find((length) => {
      const from = numeral.start - length;
      return ends.has(from) && matchAt(FROM_NUMBER, text, from)?.length === length;
    });
    const free = isClosed(text, numeral.end) || text.startsWith('等于', numeral.end);
    if (link === undefined || !free || starts.has(numeral.start)) continue;
    add(numeral);
    ends.add(numeral.end);
  }
  return added;
}

const PLACES = /(?:第[零〇一二三四五六七八九十百千两\d]+[页行章节条款项卷][，, 的]?){2,}/g;

/** Places in a text are told alike (GB/T 15835-2011, 4.3): 第九十九页第三行 → 第99页第3行. */
export function besideOrdinals(text: string, edits: readonly Edit[], kept: readonly Numeral[]): Edit[] {
  return Array.from(text.matchAll(PLACES)).flatMap(({ 0: places, index }) => {
    const end = index + places.length;
    const inside = ({ start }: { readonly start: number }) => start >= index && start < end;
    if (!/\d/.test(places) && !edits.some(inside)) return [];
    return kept
      .filter((numeral) => inside(numeral) && text[numeral.start - 1] === '第')
      .map((numeral) => change(numeral, 'beside-figures'));
  });
}
