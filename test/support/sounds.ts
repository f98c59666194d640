/** Noise that is the same each time: 16-bit samples of uniform distribution up to `peak`. */
export function noise(samples: number, peak: number): Int16Array {
  let state = 1;
  return Int16Array.from({ length: samples }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round((state / 2 ** 31 - 1) * peak);
  });
}

/** A sine wave. */
export function tone(samples: number, hertz: number, peak: number): Int16Array {
  return Int16Array.from({ length: samples }, (_, index) =>
    Math.round(peak * Math.sin((2 * Math.PI * hertz * index) / 16_000)),
  );
}
