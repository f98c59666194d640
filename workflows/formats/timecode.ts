/** `HH:MM:SS`, a decimal mark (a comma in SubRip, a point in WebVTT) and milliseconds; hours beyond 99 take a third digit. */
export function timecode(milliseconds: number, mark: ',' | '.'): string {
  const pad = (value: number, width: number) => String(value).padStart(width, '0');
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor(milliseconds / 60_000) % 60;
  const seconds = Math.floor(milliseconds / 1000) % 60;
  return `${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}${mark}${pad(milliseconds % 1000, 3)}`;
}
