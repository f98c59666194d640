/** Whole milliseconds of seconds. */
export const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

/** `HH:MM:SS`; hours beyond 99 take a third digit. */
export function clock(milliseconds: number): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor(milliseconds / 60_000) % 60;
  const seconds = Math.floor(milliseconds / 1000) % 60;
  return `${pad(hours)}:${pad(minutes)}:${pad(seconds)}`;
}

/** `clock`, a decimal mark (a comma in SubRip, a point in WebVTT) and milliseconds. */
export const timecode = (milliseconds: number, mark: ',' | '.'): string =>
  `${clock(milliseconds)}${mark}${String(milliseconds % 1000).padStart(3, '0')}`;
