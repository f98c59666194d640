import { windowsOf } from '../../../client/cli/tune/speech.ts';
import { SileroVad } from '../../../models/vad/silero.ts';
import type { Reference } from '../../support/error-rate.ts';
import { clipsOf, pathOf, referenceOf } from '../../support/manifest.ts';
import { decode, RATE } from '../../support/wav.ts';
import type { Recordings } from '../audio/recordings.ts';

/** A file's speech as the windows an engine is given, and what is said in it. */
export interface Passage {
  /** The column its errors count in. */
  readonly group: string;
  readonly language: string;
  readonly windows: readonly Int16Array[];
  readonly reference: Reference;
}

export const TEN_MINUTES = '10 minutes';

/** The ten minutes of the bench, and the speech of the test audio, whose language nobody is told. */
export async function passagesOf(recordings: Recordings): Promise<Passage[]> {
  using vad = await SileroVad.load();
  const long = await recordings.tenMinutes(1);
  const passages: Passage[] = [
    {
      group: TEN_MINUTES,
      language: 'en',
      windows: await windowsOf(await decode(long.path), 'en', vad),
      reference: { text: long.text, language: 'en' },
    },
  ];
  for (const clip of clipsOf('speech')) {
    const windows = await windowsOf(await decode(pathOf(clip)), 'auto', vad);
    passages.push({ group: clip.language, language: 'auto', windows, reference: referenceOf(clip) });
  }
  return passages;
}

/** Seconds of audio in windows. */
export const secondsOf = (passages: readonly Passage[]): number =>
  passages.flatMap(({ windows }) => windows).reduce((sum, { length }) => sum + length, 0) / RATE;
