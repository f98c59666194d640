import type { PunctuationOptions } from '../options.ts';
import type { Edit } from '../edit.ts';
import { hasNarrow, hasWide, isWideLanguage } from '../letters.ts';
import type { TextSegment } from '../step.ts';
import type { Bracket } from './pairs.ts';

/** `half` and `full`: everywhere; `language`: as each segment's language has it. */
export type Style = PunctuationOptions['style'];

/** How the marks of a segment are written. */
export interface Setting {
  /** In full width. */
  readonly wide: boolean;
  /** Wherever they stand, not by the letters beside them. */
  readonly strict: boolean;
  readonly japanese: boolean;
  /** Straight quotes become `「」`, not `“”`. */
  readonly corner: boolean;
}

/** What a rule knows of a segment. */
export interface Context {
  readonly text: string;
  readonly setting: Setting;
  /** 1 where a mark belongs to something that stays whole. */
  readonly whole: Uint8Array;
  /** Quotes and brackets by their place in the text, in order. */
  readonly brackets: ReadonlyMap<number, Bracket>;
}

export type Rule = (context: Context) => Edit[];

/**
 * A segment in letters of one width alone is in that width whatever language was heard, as an English sentence within
 * Chinese is (CY/T 154-2017). `corner`: whether the section has corner quotes.
 */
export function settingOf(
  { text, language }: Pick<TextSegment, 'text' | 'language'>,
  style: Style,
  corner: boolean,
): Setting {
  const wide = hasWide(text);
  const mixed = wide === hasNarrow(text);
  const japanese = language === 'ja';
  return {
    wide: style === 'full' || (style === 'language' && (mixed ? isWideLanguage(language) : wide)),
    strict: style !== 'language',
    japanese,
    corner: corner || japanese || language === 'yue',
  };
}
