/** A cue of a SubRip file. */
export interface Cue {
  readonly number: number;
  /** Milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const TIMES = /^(\d{2,}):([0-5]\d):([0-5]\d),(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d),(\d{3})$/;

/** Reads SubRip strictly: cues parted by one empty line, each a number, a line of times, then lines of text. */
export function parseSrt(file: string): Cue[] {
  if (file === '') return [];
  if (!file.endsWith('\n')) throw new Error('no newline at the end');
  return file
    .slice(0, -1)
    .split('\n\n')
    .map((block) => {
      const [number = '', times = '', ...lines] = block.split('\n');
      const fields = TIMES.exec(times)?.slice(1).map(Number);
      if (!/^\d+$/.test(number) || !fields || lines.length === 0) throw new Error(`no cue: ${block}`);
      const [h1 = 0, m1 = 0, s1 = 0, ms1 = 0, h2 = 0, m2 = 0, s2 = 0, ms2 = 0] = fields;
      return {
        number: Number(number),
        start: ((h1 * 60 + m1) * 60 + s1) * 1000 + ms1,
        end: ((h2 * 60 + m2) * 60 + s2) * 1000 + ms2,
        text: lines.join('\n'),
      };
    });
}
