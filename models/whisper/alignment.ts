/** When each token was heard, from the attention that the decoder paid to the frames (openai/whisper, `timing.py`). */

/** Frames on either side of the one that a median is taken of. */
const REACH = 3;

/** `scores [tokens, frames]`, each token's smoothed along the frames by a median of seven. */
export function smoothed(scores: Float32Array, frames: number): Float32Array {
  const medians = new Float32Array(scores.length);
  const row = new Float32Array(frames + 2 * REACH + 1);
  for (let from = 0; from < scores.length; from += frames) {
    for (let i = 0; i < row.length; i++) row[i] = scores[from + reflected(i - REACH, frames)]!;
    setMedians(row, medians.subarray(from, from + frames));
  }
  return medians;
}

/** The index in `[0, length)` that stands for one beyond either end, as in a mirror. */
function reflected(index: number, length: number): number {
  const mirrored = index < length ? Math.abs(index) : 2 * (length - 1) - index;
  return Math.min(Math.max(mirrored, 0), length - 1);
}

/**
 * Sets `medians` to those of each seven values of `row`. Two neighbours share six of them, whose middle two bound both
 * medians.
 */
function setMedians(row: Float32Array, medians: Float32Array): void {
  const { min, max } = Math;
  for (let f = 0; f < medians.length; f += 2) {
    let a = row[f + 1]!;
    let b = row[f + 2]!;
    let c = row[f + 3]!;
    let d = row[f + 4]!;
    let e = row[f + 5]!;
    let g = row[f + 6]!;
    const ab = min(a, b);
    const ba = max(a, b);
    const m = min(ba, c);
    a = min(ab, m);
    b = max(ab, m);
    c = max(ba, c);
    const de = min(d, e);
    const ed = max(d, e);
    const n = min(ed, g);
    d = min(de, n);
    e = max(de, n);
    g = max(ed, g);
    const low = min(min(c, g), min(max(a, e), max(b, d)));
    const high = min(max(a, g), min(max(b, e), max(c, d)));
    medians[f] = min(max(row[f]!, low), high);
    if (f + 1 < medians.length) medians[f + 1] = min(max(row[f + 7]!, low), high);
  }
}

/** The cell that a path comes from: the token and the frame before, the token before, or the frame before. */
const DIAGONAL = 0;
const TOKEN = 1;
const FRAME = 2;

/**
 * The frame at which each token begins on the path through `scores [tokens, frames]` that gathers most: dynamic time
 * warping, one token after the other, none left out. Never goes back; the first begins at 0.
 */
export function firstFrames(scores: Float32Array, frames: number): Int32Array {
  const tokens = scores.length / frames;
  const steps = new Uint8Array(scores.length);
  let above = new Float32Array(frames + 1).fill(Infinity);
  let row = new Float32Array(frames + 1);
  above[0] = 0;
  for (let token = 0; token < tokens; token++) {
    row[0] = Infinity;
    for (let frame = 0, at = token * frames; frame < frames; frame++, at++) {
      let least = above[frame]!;
      let step = DIAGONAL;
      if (above[frame + 1]! < least) {
        least = above[frame + 1]!;
        step = TOKEN;
      }
      if (row[frame]! < least) {
        least = row[frame]!;
        step = FRAME;
      }
      row[frame + 1] = least - scores[at]!;
      steps[at] = step;
    }
    [above, row] = [row, above];
  }
  const first = new Int32Array(tokens);
  for (let token = tokens - 1, frame = frames - 1; token >= 0;) {
    first[token] = frame;
    const step = steps[token * frames + frame]!;
    if (step !== FRAME) token--;
    if (step !== TOKEN) frame--;
  }
  return first;
}
