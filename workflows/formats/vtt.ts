import { cuesOf, type Cue } from './cues.ts';
import type { SectionedTranscript } from './format.ts';
import { timecode } from './timecode.ts';

const HEAD = 'WEBVTT\n\n';
/** What is still to be spoken is dimmer. */
const WORDS_HEAD = `${HEAD}STYLE\n::cue(:future) {\n  color: gray;\n}\n\n`;
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** WebVTT (W3C): times as `HH:MM:SS.mmm`, text escaped. */
export const vtt = (transcript: SectionedTranscript): AsyncIterable<string> =>
  cueBlocks(transcript, HEAD, ({ lines }) =>
    lines.map((line) => escaped(line.map(({ text }) => text).join(''))).join('\n'),
  );

/**
 * WebVTT whose words light up one after the other: each is a class span `<c>`, behind the timestamp at which it begins.
 * As the standard demands, the timestamps of a cue ascend and lie inside its time; a word without one lights up with
 * the word before it. A segment without words is written as in `vtt`.
 */
export const vttWords = (transcript: SectionedTranscript): AsyncIterable<string> =>
  cueBlocks(transcript, WORDS_HEAD, litUp);

async function* cueBlocks(
  transcript: SectionedTranscript,
  head: string,
  payload: (cue: Cue) => string,
): AsyncIterable<string> {
  yield head;
  let separator = '';
  for await (const cue of cuesOf(transcript)) {
    yield `${separator}${timecode(cue.start, '.')} --> ${timecode(cue.end, '.')}\n${payload(cue)}\n`;
    separator = '\n';
  }
}

function litUp({ start, end, lines }: Cue): string {
  let lit = start;
  const shown = lines.map((line) =>
    line.map(({ text, at }) => {
      if (at === null) return escaped(text);
      const span = `<c>${escaped(text)}</c>`;
      if (at <= lit || at >= end) return span;
      lit = at;
      return `<${timecode(at, '.')}>${span}`;
    }),
  );
  return shown.map((line) => line.join('')).join('\n');
}

const escaped = (text: string): string =>
  text.replaceAll(/[&<>]/g, (character) => ESCAPES[character] ?? character);
