/** What a terminal would obey rather than show: control characters but the line break, and marks that turn the direction. */
const COMMANDS = /[^\P{Cc}\n]|[\p{Cs}\u202A-\u202E\u2066-\u2069]/gu;

/** Text from strangers (names of files, messages about them) for a terminal: what would command it is shown as `\u{1b}`. */
export const printable = (text: string): string =>
  text.replaceAll(COMMANDS, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);

/** As `printable`, in one line. */
export const printableLine = (text: string): string => printable(text).replaceAll('\n', '\\n');
