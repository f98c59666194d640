import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Reference } from './error-rate.ts';

/** What faster-whisper heard, decoding greedily; `wer` over words or `cer` over characters, four decimals. */
export interface PeerResult {
  readonly hypothesis: string;
  readonly wer?: number;
  readonly cer?: number;
  readonly ref_units: number;
}

/** A file of the test audio. */
export interface Clip {
  /** Below `test/audio`. */
  readonly file: string;
  /** `numbers`: speech with numbers, its transcript in figures; apart from `speech`, which is compared with the peer. */
  readonly kind: 'speech' | 'numbers' | 'format' | 'broken';
  readonly language: string;
  /** Seconds. */
  readonly duration: number;
  readonly transcript: string;
  /** The transcript in traditional characters, one for one. */
  readonly transcript_traditional?: string;
  /** The words of a transcript with figures, in characters. */
  readonly spoken?: string;
  readonly peer?: { readonly greedy: PeerResult };
}

const AUDIO = new URL('../audio/', import.meta.url);

/** The test audio of a kind, in the manifest's order. */
export function clipsOf(kind: Clip['kind']): Clip[] {
  const { clips } = JSON.parse(readFileSync(new URL('manifest.json', AUDIO), 'utf8')) as { clips: Clip[] };
  return clips.filter((clip) => clip.kind === kind);
}

export const pathOf = ({ file }: Clip): string => fileURLToPath(new URL(file, AUDIO));

export const referenceOf = ({ transcript, transcript_traditional, language }: Clip): Reference => ({
  text: transcript,
  variant: transcript_traditional,
  language,
});
