import { LonghandError } from '../../workflows/errors.ts';
import { DEFAULT_SUBTITLES, type SubtitleStyle } from '../../workflows/formats/subtitle-style.ts';

const RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  columns: [10, 120],
  lines: [1, 3],
  speed: [5, 60],
};

/** The style that `wanted` asks for; null where it is `DEFAULT_SUBTITLES`. Throws LH_OPTION_INVALID. */
export function subtitlesOf(wanted: Readonly<Record<string, unknown>>): SubtitleStyle | null {
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) checkRange(name, value);
  const style: SubtitleStyle = { ...DEFAULT_SUBTITLES, ...Object.fromEntries(given) };
  const isDefault = Object.entries(DEFAULT_SUBTITLES).every(
    ([name, value]) => style[name as keyof SubtitleStyle] === value,
  );
  return isDefault ? null : style;
}

function checkRange(name: string, value: unknown): void {
  const range = Object.hasOwn(RANGES, name) ? RANGES[name] : undefined;
  const isInside =
    range !== undefined && Number.isInteger(value) && Number(value) >= range[0] && Number(value) <= range[1];
  if (isInside) return;
  const expected = range ? `a whole number from ${range[0]} to ${range[1]}` : 'left out, for it is unknown';
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected \`subtitles.${name}\` to be ${expected}, got ${JSON.stringify(value)}`,
  );
}
