/** A cue of a WebVTT file. */
export interface VttCue {
  /** Milliseconds. */
  readonly start: number;
  readonly end: number;
  /** Without escapes. */
  readonly text: string;
}

const TIMES = /^(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})$/;
const ESCAPES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/**
 * Reads WebVTT as strictly as its syntax is given for authors (W3C WebVTT, section 4.1): header and empty line, then
 * cues parted by one empty line; times that end after they start; text without an arrow, a tag or a bare ampersand.
 */
export function parseVtt(file: string): VttCue[] {
  if (!file.startsWith('WEBVTT\n\n')) throw new Error('no header');
  const body = file.slice('WEBVTT\n\n'.length);
  if (body === '') return [];
  if (!body.endsWith('\n')) throw new Error('no newline at the end');
  return body
    .slice(0, -1)
    .split('\n\n')
    .map((block) => {
      const [times = '', ...lines] = block.split('\n');
      const fields = TIMES.exec(times)?.slice(1).map(Number);
      if (!fields || lines.length !== 1) throw new Error(`no cue: ${block}`);
      const [h1 = 0, m1 = 0, s1 = 0, ms1 = 0, h2 = 0, m2 = 0, s2 = 0, ms2 = 0] = fields;
      const start = ((h1 * 60 + m1) * 60 + s1) * 1000 + ms1;
      const end = ((h2 * 60 + m2) * 60 + s2) * 1000 + ms2;
      const escaped = lines.join('\n');
      if (end <= start || /[<>\r\0]|&(?!(amp|lt|gt);)/.test(escaped)) throw new Error(`no cue: ${block}`);
      return { start, end, text: escaped.replaceAll(/&(amp|lt|gt);/g, (escape) => ESCAPES[escape] ?? '') };
    });
}
