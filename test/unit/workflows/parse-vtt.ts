/** Text in a class span, and the time of the last timestamp before it; that of the cue where there is none. */
export interface Span {
  /** Milliseconds. */
  readonly from: number;
  readonly text: string;
}

/** A cue of a WebVTT file. */
export interface VttCue {
  /** Milliseconds. */
  readonly start: number;
  readonly end: number;
  /** Without escapes and tags. */
  readonly text: string;
  readonly spans: readonly Span[];
}

const TIME = String.raw`(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})`;
const TIMES = new RegExp(`^${TIME} --> ${TIME}$`);
const ESCAPES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const STYLE = /^STYLE\n(?:(?!-->)[^\n]+\n)+\n/;

/**
 * Reads WebVTT as strictly as its syntax is given for authors (W3C WebVTT, section 4): header and empty line, a style
 * sheet if any, then cues parted by one empty line; times that end after they start; timestamps that ascend within them;
 * text without an arrow, a bare ampersand, or another tag than a class span.
 */
export function parseVtt(file: string): VttCue[] {
  if (!file.startsWith('WEBVTT\n\n')) throw new Error('no header');
  const body = file.slice('WEBVTT\n\n'.length).replace(STYLE, '');
  if (body === '') return [];
  if (!body.endsWith('\n')) throw new Error('no newline at the end');
  return body
    .slice(0, -1)
    .split('\n\n')
    .map((block) => {
      const [times = '', ...lines] = block.split('\n');
      const fields = TIMES.exec(times)?.slice(1) ?? [];
      const [start, end] = [millisecondsOf(fields.slice(0, 4)), millisecondsOf(fields.slice(4))];
      if (fields.length !== 8 || end <= start || lines.length === 0) throw new Error(`no cue: ${block}`);
      return { start, end, ...readPayload(lines.join('\n'), start, end) };
    });
}

const TOKEN = new RegExp(`<${TIME}>|<c>([^<>]+)</c>|([^<>]+)`, 'y');

function readPayload(payload: string, start: number, end: number): Pick<VttCue, 'text' | 'spans'> {
  const spans: Span[] = [];
  let text = '';
  let from = start;
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < payload.length;) {
    const token = TOKEN.exec(payload);
    if (token === null) throw new Error(`no text of a cue: ${payload}`);
    const [, h, m, s, ms, spoken, plain] = token;
    if (h !== undefined) {
      const time = millisecondsOf([h, m, s, ms]);
      if (time <= from || time >= end) throw new Error(`no timestamp for its place: ${payload}`);
      from = time;
    } else {
      text += unescaped(spoken ?? plain ?? '');
      if (spoken !== undefined) spans.push({ from, text: unescaped(spoken) });
    }
  }
  return { text, spans };
}

function unescaped(text: string): string {
  if (/[\r\0]|&(?!(amp|lt|gt);)/.test(text)) throw new Error(`no text of a cue: ${text}`);
  return text.replaceAll(/&(amp|lt|gt);/g, (escape) => ESCAPES[escape] ?? '');
}

function millisecondsOf(fields: readonly (string | undefined)[]): number {
  const [hours = 0, minutes = 0, seconds = 0, fraction = 0] = fields.map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction;
}
