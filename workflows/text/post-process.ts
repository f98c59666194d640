import type { PackedChange, PackedSection, StepChanges } from '../contract.ts';
import { isEmpty } from '../unpack.ts';
import { applyEdits } from './edit.ts';
import type { TextStep } from './pipeline.ts';
import { findStep } from './steps.ts';

/** What a pipeline makes of a section. */
export interface Processed {
  readonly changes: readonly StepChanges[];
  /** The text of each segment as it is then; blank where nothing is left of it. */
  readonly texts: readonly string[];
}

/**
 * Runs a pipeline, checked before, on a section: the steps one after the other, each on the text that the one before has
 * left. Gaps are nobody's text, and what a step leaves nothing of is not seen by those after it.
 */
export function postProcess(
  { segments, chunks }: PackedSection,
  pipeline: readonly TextStep[],
  find = findStep,
): Processed {
  const texts = segments.map(({ text }) => text);
  const changes: StepChanges[] = [];
  for (const options of pipeline) {
    const { name, version, edits: editsOf } = find(options);
    const seen = segments.flatMap(({ start, end, language, confidence, chunk }, index) => {
      const text = texts[index]!;
      const { noSpeech = null, gap = null } = chunks[chunk] ?? {};
      const isSeen = gap === null && !isEmpty(text);
      return isSeen ? [{ index, segment: { text, language, start, end, confidence, noSpeech } }] : [];
    });
    const found = editsOf(
      seen.map(({ segment }) => segment),
      options,
    );
    const edits = seen.flatMap(({ index, segment: { text } }, place) => {
      const own = found[place] ?? [];
      texts[index] = applyEdits({ text }, own).text;
      return own.map(({ start, end, text: put, rule }): PackedChange => [index, start, end, put, rule]);
    });
    if (edits.length > 0) changes.push({ step: name, version, edits });
  }
  return { changes, texts };
}
