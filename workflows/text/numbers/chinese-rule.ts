import type { Edit } from '../edit.ts';
import type { Numeral } from './chinese-read.ts';
import type { Large } from './chinese-style.ts';

/** A segment that numbers are looked for in. */
export interface Passage {
  readonly original: string;
  /** As long as the original, in simplified characters, without the numerals that stay. */
  readonly text: string;
  readonly large: Large;
}

/** What a rule makes of the number that it was asked for. */
export interface Finding {
  /** None where the number stays as it was heard. */
  readonly edits: readonly Edit[];
  /** Where to go on. */
  readonly end: number;
}

/** Null where it is no number of the rule's kind. */
export type Rule = (passage: Passage, numeral: Numeral) => Finding | null;

/** The `length` characters before a place. */
export const before = (text: string, at: number, length: number): string =>
  text.slice(Math.max(0, at - length), at);

/** Whether no number and no Chinese word stands at a place. */
export const isEdge = (character: string | undefined): boolean =>
  character === undefined || !/[\p{Script=Han}\uE000\d０-９]/u.test(character);

/** Whether nothing follows at a place but the end, a mark, or a word that cannot be counted. */
export const isClosed = (text: string, at: number): boolean => isEdge(text[at]) || CLOSING.test(text[at]!);

const CLOSING = /[的了吧吗呢啊左就还都也到至和跟以之]/;

export const change = ({ start, end, digits }: Numeral, rule: string, text = digits): Edit => ({
  start,
  end,
  text,
  rule,
});

export const stays = (end: number): Finding => ({ edits: [], end });
