import type { Term } from '../../workflows/text/terms/term.ts';

/** The model takes 223 tokens of hotwords and prompt together; each is a byte of UTF-8 or more. */
const MOST_BYTES = 200;

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;

/**
 * The hotwords for the engine: the terms as they are written, in their order, as many as fit beside the prompt whatever
 * their language, each whole. Null where none does.
 */
export function hotwordsOf(terms: readonly Term[], prompt: string | null): string | null {
  const room = MOST_BYTES - bytesOf(prompt ?? '');
  let hotwords = '';
  for (const { write } of terms) {
    const longer = hotwords === '' ? write : `${hotwords}, ${write}`;
    if (bytesOf(longer) <= room) hotwords = longer;
  }
  return hotwords === '' ? null : hotwords;
}
