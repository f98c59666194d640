/** The most that a preview holds, in bytes of UTF-8: 2 KB. */
export const PREVIEW_BYTES = 2048;

/** A line that stands for text left out, or still to come, before the line that follows. */
const HOLE = '[…]';

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/**
 * The end of what has been heard, at most `PREVIEW_BYTES`: a line a segment, whole lines as long as one fits. A line
 * `[…]` says that something before it is missing.
 *
 * @param texts In plan order, lines joined by newlines, previews among them; null where nothing is committed yet.
 */
export function preview(texts: readonly (string | null)[]): string {
  const kept: string[] = [];
  let room = PREVIEW_BYTES - bytesOf(`${HOLE}\n`);
  for (const line of linesFromTheEnd(texts)) {
    if (line === HOLE && (kept.length === 0 || kept[0] === HOLE)) continue;
    const bytes = bytesOf(`${line}\n`);
    if (bytes > room) {
      if (kept.length === 0) kept.push(endOf(line, room));
      if (kept[0] !== HOLE) kept.unshift(HOLE);
      break;
    }
    room -= bytes;
    kept.unshift(line);
  }
  return kept.join('\n');
}

function* linesFromTheEnd(texts: readonly (string | null)[]): Iterable<string> {
  for (let index = texts.length - 1; index >= 0; index -= 1) {
    const text = texts[index] ?? HOLE;
    if (text !== '') yield* text.split('\n').reverse();
  }
}

/** The last characters of a line that fit into `room` bytes. */
function endOf(line: string, room: number): string {
  const characters = [...line];
  let first = characters.length;
  for (let bytes = 0; first > 0; first -= 1) {
    bytes += bytesOf(characters[first - 1] ?? '');
    if (bytes > room) break;
  }
  // A mark belongs to the character before it, which is cut off.
  return characters
    .slice(first)
    .join('')
    .replace(/^[\p{M}\u200D]+/u, '');
}
