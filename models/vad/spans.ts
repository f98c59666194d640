import { FRAME_SAMPLES } from './silero-graph.ts';

/** A stretch of speech: `[start, end)` in samples. */
type SpeechSpan = readonly [start: number, end: number];

// Silero's own thresholds (get_speech_timestamps): speech begins at the first and ends below the second.
const SPEECH = 0.5;
const SILENCE = 0.35;

/** Frames a pause must last to part two spans: 160 ms, as faster-whisper's batched pipeline. */
const SHORTEST_PAUSE = 5;

/**
 * Frames speech must last: 96 ms, less than Silero's 250 ms, since a lost word is worse than a click sent along. The
 * test recordings and ten minutes more hold one shorter run: 64 ms, after the last word of a clip.
 */
const SHORTEST_SPEECH = 3;

/**
 * Speech in a recording, in order, without the silence around it, parted at every pause of 160 ms or more. Speech
 * longer than `longest` is parted at the least probable frame of the last third that fits, with no sample lost.
 *
 * @param probabilities Of speech, for each 512 samples.
 * @param samples Length of the recording in samples; the last frame may reach beyond it.
 * @param longest The most samples a span may have; at least 3 frames.
 */
export function speechSpans(probabilities: Float32Array, samples: number, longest: number): SpeechSpan[] {
  return speechRuns(probabilities)
    .filter(([first, end]) => end - first >= SHORTEST_SPEECH)
    .map(([first, end]): SpeechSpan => [first * FRAME_SAMPLES, Math.min(end * FRAME_SAMPLES, samples)])
    .flatMap((span) => partLong(span, probabilities, longest));
}

/** Runs of speech in frames, `[first, end)`, short ones among them. */
function speechRuns(probabilities: Float32Array): [first: number, end: number][] {
  const runs: [number, number][] = [];
  let first = -1;
  let pause = -1;
  probabilities.forEach((probability, frame) => {
    if (probability >= SPEECH) {
      if (first < 0) first = frame;
      pause = -1;
    } else if (first >= 0 && probability < SILENCE) {
      if (pause < 0) pause = frame;
      if (frame - pause + 1 >= SHORTEST_PAUSE) {
        runs.push([first, pause]);
        first = pause = -1;
      }
    }
  });
  if (first >= 0) runs.push([first, pause < 0 ? probabilities.length : pause]);
  return runs;
}

function partLong(span: SpeechSpan, probabilities: Float32Array, longest: number): SpeechSpan[] {
  const parts: SpeechSpan[] = [];
  let [start] = span;
  const [, end] = span;
  while (end - start > longest) {
    const cut = quietestCut(probabilities, start + Math.floor((longest * 2) / 3), start + longest);
    parts.push([start, cut]);
    start = cut;
  }
  return [...parts, [start, end]];
}

/** The middle of the least probable frame whose middle lies in `(from, to]`. */
function quietestCut(probabilities: Float32Array, from: number, to: number): number {
  const half = FRAME_SAMPLES / 2;
  const first = Math.floor((from + half) / FRAME_SAMPLES);
  const end = Math.floor((to + half) / FRAME_SAMPLES);
  let quietest = first;
  for (let frame = first; frame < end; frame += 1) {
    if ((probabilities[frame] ?? 1) < (probabilities[quietest] ?? 1)) quietest = frame;
  }
  return quietest * FRAME_SAMPLES + half;
}
