/** What some reader takes for the end of a line, and other control characters: tabs, NUL, U+2028. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

/** `text` on one line, for the formats where a line break or a tab has a meaning: a space stands for each run. */
export const oneLine = (text: string): string => withoutBreaks(text).trim();

/** As `oneLine`, with the spaces at both ends. */
export const withoutBreaks = (text: string): string => text.replaceAll(CONTROLS, ' ');

/** Where places of `text`, ascending, are in `oneLine(text)`. */
export function placesOnOneLine(text: string, places: readonly number[]): number[] {
  const runs = [...text.matchAll(CONTROLS)];
  const spaced = withoutBreaks(text);
  const indent = spaced.length - spaced.trimStart().length;
  const length = spaced.trim().length;
  let passed = 0;
  let gone = 0;
  return places.map((place) => {
    while (passed < runs.length && endOf(runs[passed]!) <= place) {
      gone += runs[passed]![0].length - 1;
      passed += 1;
    }
    const inRun = runs[passed] ? Math.max(0, place - runs[passed]!.index - 1) : 0;
    return Math.min(Math.max(0, place - gone - inRun - indent), length);
  });
}

const endOf = (run: RegExpExecArray): number => run.index + run[0].length;
