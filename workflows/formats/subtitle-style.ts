/** How subtitles are cut. A column is the width of a Latin letter; East Asian wide characters take two. */
export interface SubtitleStyle {
  /** The most columns of a line: 10–120. */
  readonly columns: number;
  /** The most lines of a cue: 1–3. */
  readonly lines: number;
  /** The most columns a second that people read: 5–60. */
  readonly speed: number;
  /** Seconds that a cue stays at least, where the silence after it has room. */
  readonly shortest: number;
  /** Seconds that a cue stays at most. */
  readonly longest: number;
}

/**
 * As the Netflix Timed Text Style Guide has it: 42 characters a line, two lines, 20 characters a second of English
 * subtitles for adults, five sixths of a second to seven seconds.
 */
export const DEFAULT_SUBTITLES: SubtitleStyle = {
  columns: 42,
  lines: 2,
  speed: 20,
  shortest: 0.833,
  longest: 7,
};
