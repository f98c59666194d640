import { applyEdits } from '../../../workflows/text/edit.ts';
import { Given } from '../../../workflows/text/given.ts';
import type { Step, TextSegment } from '../../../workflows/text/step.ts';

/** A segment that says `text`, as sure as a recogniser is of clear speech. */
export const segment = (text: string, language: string, more: Partial<TextSegment> = {}): TextSegment => ({
  text,
  language,
  start: 0,
  end: 5,
  confidence: 0.9,
  noSpeech: 0.01,
  ...more,
});

/** What a step makes of the segments of a section. `given`: its options as a caller writes them. */
export function textsAfter<O extends object>(
  step: Step<O>,
  segments: readonly TextSegment[],
  given: Readonly<Record<string, unknown>> = {},
): string[] {
  const edits = step.edits(segments, read(step, given));
  return segments.map(({ text }, index) => applyEdits({ text }, edits[index] ?? []).text);
}

/** What a step makes of a text by itself. */
export function textAfter<O extends object>(
  step: Step<O>,
  text: string,
  language: string,
  given: Readonly<Record<string, unknown>> = {},
): string {
  return textsAfter(step, [segment(text, language)], given)[0]!;
}

/** The options of a step as its `edits` take them; throws what it throws, and where one is unknown. */
export function read<O extends object>(step: Step<O>, given: Readonly<Record<string, unknown>>): O {
  const options = new Given(given, 'text[0]');
  const complete = step.read(options);
  options.end();
  return complete;
}
