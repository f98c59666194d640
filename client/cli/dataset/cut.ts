import { basename } from 'node:path';
import { SAMPLE_RATE } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import type { Clip } from './clips.ts';

/** Bytes of a sample. */
const WIDTH = 2;
/** Seconds that the last segment may end after the recording: containers and players round. */
const ROUNDING = 0.1;

export interface CutClip {
  readonly clip: Clip;
  /** 16-bit little-endian samples. */
  readonly pcm: Buffer;
}

/** A recording's samples as they come, and what its transcript says of it. */
export interface Cutting {
  /** Pieces of 16-bit PCM, 16 kHz, mono; they may end within a sample. */
  readonly pcm: AsyncIterable<Buffer>;
  /** For errors. */
  readonly path: string;
  /** In order, without overlap. */
  readonly clips: readonly Clip[];
  /** Seconds; null where nobody says. */
  readonly duration: number | null;
}

/**
 * Cuts clips out of a recording, holding one at a time. Throws LH_TRANSCRIPT_INVALID where a clip ends after the
 * recording, or the recording is not as long as its transcript says.
 */
export async function* cut({ pcm, path, clips, duration }: Cutting): AsyncGenerator<CutClip> {
  let at = 0;
  let index = 0;
  let kept: Buffer[] = [];
  const take = (clip: Clip): CutClip => {
    const taken = { clip, pcm: Buffer.concat(kept) };
    [kept, index] = [[], index + 1];
    return taken;
  };
  for await (const piece of pcm) {
    for (let clip = clips[index]; clip && clip.start * WIDTH < at + piece.length; clip = clips[index]) {
      kept.push(piece.subarray(Math.max(0, clip.start * WIDTH - at), Math.max(0, clip.end * WIDTH - at)));
      if (clip.end * WIDTH > at + piece.length) break;
      yield take(clip);
    }
    at += piece.length;
  }
  const length = at / WIDTH / SAMPLE_RATE;
  const came = `${basename(path)} is ${length.toFixed(1)} s long`;
  const last = clips[index];
  const end = last ? last.end / SAMPLE_RATE : 0;
  if (last && index === clips.length - 1 && kept.length > 0 && end <= length + ROUNDING) yield take(last);
  else if (last) throw invalid(`${last.last} to end within its recording, at ${end.toFixed(1)} s`, came);
  if (duration !== null && Math.abs(duration - length) > ROUNDING) {
    throw invalid(`a recording of ${duration.toFixed(1)} s, as its transcript says`, came);
  }
}

const invalid = (expected: string, came: string): LonghandError =>
  new LonghandError('LH_TRANSCRIPT_INVALID', `Expected ${expected}, but ${came}`);
