import type { SectionedTranscript } from './format.ts';

/** SubRip: numbered cues, one a segment, times as `HH:MM:SS,mmm`. Empty where nothing was said. */
export async function* srt({ sections }: SectionedTranscript): AsyncIterable<string> {
  let number = 0;
  for await (const section of sections()) {
    for (const { start, end, text } of section.segments) {
      number += 1;
      yield `${number === 1 ? '' : '\n'}${number}\n${timecode(start)} --> ${timecode(end)}\n${text}\n`;
    }
  }
}

function timecode(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  const pad = (value: number, width: number) => String(value).padStart(width, '0');
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor(milliseconds / 60_000) % 60;
  return `${pad(hours, 2)}:${pad(minutes, 2)}:${pad(Math.floor(milliseconds / 1000) % 60, 2)},${pad(milliseconds % 1000, 3)}`;
}
