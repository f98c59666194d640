/** A piece of text with its time, as a file gives it. Seconds. */
export interface Cue {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const TIME = String.raw`(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})`;
const TIMES = new RegExp(String.raw`^\s*${TIME}\s+-->\s+${TIME}`);

/** Blocks of WebVTT that are no cues. */
const NO_CUE = /^(WEBVTT|NOTE|STYLE|REGION)\b/;
const TAG = /<[/\w][^>]*>/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&nbsp;': ' ',
  '&lrm;': '',
  '&rlm;': '',
};

/**
 * Reads SubRip and WebVTT, as subtitle editors write them: cues without markup, the lines of each joined. Throws an
 * error that quotes the block that has no times.
 */
export function parseSubtitles(content: string, format: 'srt' | 'vtt'): Cue[] {
  const blocks = content
    .replace(/^\uFEFF/, '')
    .replaceAll(/\r\n?/g, '\n')
    .split(/\n{2,}/)
    .map((block) => block.split('\n').filter((line) => line.trim() !== ''))
    .filter((lines) => lines.length > 0 && !(format === 'vtt' && NO_CUE.test(lines[0] ?? '')));
  return blocks.map((lines) => {
    const at = lines.findIndex((line) => TIMES.test(line));
    const times = TIMES.exec(lines[at] ?? '');
    // Before the times stands a number or a name at most.
    if (times === null || at > 1)
      throw new Error(`expected times as 00:01:02.300 --> 00:01:04.000 in ${JSON.stringify(lines[0])}`);
    const text = lines
      .slice(at + 1)
      .join(' ')
      .replaceAll(TAG, '');
    return {
      start: seconds(times.slice(1, 5)),
      end: seconds(times.slice(5, 9)),
      text: format === 'srt' ? text : text.replaceAll(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity),
    };
  });
}

function seconds([hours = '0', minutes = '0', whole = '0', fraction = '0']: (string | undefined)[]): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(whole) + Number(`0.${fraction}`);
}
