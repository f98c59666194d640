import { Draft } from './draft.ts';
import { type Context, type Rule, settingOf, type Style } from './punctuation/context.ts';
import { dash, doubled, ellipsis } from './punctuation/doubled.ts';
import { fullStop } from './punctuation/full-stop.ts';
import { bracketsIn } from './punctuation/pairs.ts';
import { quotes, unpaired } from './punctuation/quotes.ts';
import { closeUp, space } from './punctuation/spaces.ts';
import { wholeIn } from './punctuation/whole.ts';
import { width } from './punctuation/width.ts';
import { punctuation as named, type PunctuationOptions } from './options.ts';
import type { Step, TextSegment } from './step.ts';

/**
 * Marks in one width, none doubled, quotes and brackets in pairs, and full stops where a sentence ends without one.
 *
 * Full width has the marks of GB/T 15834-2011, in Japanese those of jlreq (`、。`); no space stands beside them (clreq).
 * By language, marks between words in Latin letters stay in half width. Half width has a space after a mark; quotes
 * become `"` and `'` in the style `half`, while a language keeps its own. Numbers, times, URLs, names and abbreviations
 * stay whole. A quote may end in another segment of the section than it began in.
 */
export const punctuation: Step<PunctuationOptions> = {
  ...named,
  edits: (segments, { style }) => {
    const drafts = segments.map(({ text }) => new Draft(text));
    let before: string[] = [];
    // What one rule leaves may be what another looks for; a second round finds little, a third nothing.
    for (
      let round = 0;
      round < ROUNDS && drafts.some(({ text }, index) => text !== before[index]);
      round += 1
    ) {
      before = drafts.map(({ text }) => text);
      change(drafts, segments, style);
    }
    return drafts.map((draft) => draft.edits());
  },
};

const ROUNDS = 8;

const RULES: readonly Rule[] = [closeUp, unpaired, doubled, quotes, width, ellipsis, dash, space];

function change(drafts: readonly Draft[], segments: readonly TextSegment[], style: Style): void {
  let contexts = contextsOf(drafts, segments, style, []);
  for (const rule of RULES) {
    for (const [index, draft] of drafts.entries()) draft.apply(rule(contexts[index]!));
    contexts = contextsOf(drafts, segments, style, contexts);
  }
  const spoken = segments.flatMap((segment, index) =>
    contexts[index]!.text === '' ? [] : [{ ...segment, text: contexts[index]!.text, index }],
  );
  for (const [order, segment] of spoken.entries()) {
    const stop = fullStop(segment, contexts[segment.index]!, spoken[order + 1]);
    if (stop) drafts[segment.index]!.apply([stop]);
  }
}

/** What the rules know of each segment as it stands now; `known`: what they knew before. */
function contextsOf(
  drafts: readonly Draft[],
  segments: readonly TextSegment[],
  style: Style,
  known: readonly Context[],
): readonly Context[] {
  if (known.length > 0 && drafts.every(({ text }, index) => text === known[index]!.text)) return known;
  const texts = drafts.map(({ text }, index) => {
    const same = known[index]?.text === text ? known[index] : undefined;
    return { text, language: segments[index]!.language, whole: same?.whole ?? wholeIn(text) };
  });
  const corner = texts.some(({ text, language }) => language === 'zh' && text.includes('「'));
  const brackets = bracketsIn(texts);
  return texts.map((one, index) => ({
    text: one.text,
    setting: settingOf(one, style, corner),
    whole: one.whole,
    brackets: brackets[index]!,
  }));
}
