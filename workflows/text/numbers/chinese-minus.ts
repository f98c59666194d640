import { isEdge } from './chinese-rule.ts';

const BELOW_ZERO = /[是为到于等得加减乘以和约度温近达至在从]/;

/** Whether 负 at a place means minus: 负三 is -3 where it stands free, 胜负三场 are games. */
export function isMinus(text: string, at: number): boolean {
  if (text[at] !== '负') return false;
  if (/[%‰]/.test(text[at - 1] ?? '')) return false;
  return isEdge(text[at - 1]) || BELOW_ZERO.test(text[at - 1]!);
}
