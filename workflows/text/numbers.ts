import type { Edit } from './edit.ts';
import { chineseNumbers } from './numbers/chinese.ts';
import { englishNumbers } from './numbers/english.ts';
import { numbers as named, type NumbersOptions } from './options.ts';
import type { Step } from './step.ts';

/** Numbers that are said, in figures: Chinese in Chinese segments, English in English ones, no others. */
export const numbers: Step<NumbersOptions> = {
  ...named,
  edits: (segments, options) => segments.map(({ text, language }) => editsOf(text, language, options)),
};

function editsOf(text: string, language: string, options: NumbersOptions): Edit[] {
  if (language === 'zh' || language === 'yue') return chineseNumbers(text, options);
  return language === 'en' ? englishNumbers(text) : [];
}
