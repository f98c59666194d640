import { clock } from './clock.ts';
import type { Chunk } from './contract.ts';

/** What the Temporal UI shows for a chunk: `chunk 17/20 · 08:12–08:41 · int8`. */
export function chunkSummary(chunk: Chunk, index: number, count: number, precision: string): string {
  const start = chunk.spans[0]?.[0] ?? 0;
  const end = chunk.spans.at(-1)?.[1] ?? start;
  return `chunk ${index + 1}/${count} · ${clock(start)}–${clock(end)} · ${precision}`;
}
