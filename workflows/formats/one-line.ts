/** What some reader takes for the end of a line, and other control characters: tabs, NUL, U+2028. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

/** `text` on one line, for the formats where a line break or a tab has a meaning: a space stands for each run. */
export const oneLine = (text: string): string => text.replaceAll(CONTROLS, ' ').trim();
