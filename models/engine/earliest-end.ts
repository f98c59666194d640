import { SAMPLE_RATE } from '../whisper/window.ts';

/** A shorter rest is a breath or the end of the last word. */
const SHORTEST_REST = 1.5 * SAMPLE_RATE;

/**
 * The sample before which the text of a window may not end. A window holds speech only, so where the model closes a
 * segment and stops earlier, as it does where spans of speech were joined, it drops text.
 * @param samples length of the window without its padding.
 */
export const earliestEnd = (samples: number): number => Math.max(0, samples - SHORTEST_REST);
