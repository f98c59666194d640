import type { PackedChange, PackedSection, StepChanges } from '../contract.ts';
import { isEmpty, wordedText } from '../unpack.ts';
import { applyEdits } from './edit.ts';
import type { TextStep } from './pipeline.ts';
import { findStep } from './steps.ts';

/**
 * What a pipeline, checked before, changes in a section: the steps one after the other, each on the text that the one
 * before has left. Gaps are nobody's text, and what a step leaves nothing of is not seen by those after it.
 */
export function postProcess(
  { segments, chunks }: PackedSection,
  pipeline: readonly TextStep[],
  find = findStep,
): StepChanges[] {
  const texts = segments.map(wordedText);
  const changes: StepChanges[] = [];
  for (const options of pipeline) {
    const { name, version, edits: editsOf } = find(options);
    const seen = segments.flatMap(({ start, end, language, confidence, chunk }, index) => {
      const { text } = texts[index]!;
      const { noSpeech = null, gap = null } = chunks[chunk] ?? {};
      const isSeen = gap === null && !isEmpty(texts[index]!);
      return isSeen ? [{ index, segment: { text, language, start, end, confidence, noSpeech } }] : [];
    });
    const found = editsOf(
      seen.map(({ segment }) => segment),
      options,
    );
    const edits = seen.flatMap(({ index }, place) => {
      const own = found[place] ?? [];
      texts[index] = applyEdits(texts[index]!, own);
      return own.map(({ start, end, text, rule }): PackedChange => [index, start, end, text, rule]);
    });
    if (edits.length > 0) changes.push({ step: name, version, edits });
  }
  return changes;
}
