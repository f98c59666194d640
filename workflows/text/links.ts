import { WIDE } from './letters.ts';

/**
 * URLs (RFC 3986, which has ASCII alone), and letters of Chinese and Japanese in a path or query, as browsers show them
 * (RFC 3987). A mark at the end belongs to the sentence.
 */
const LINK = new RegExp(
  String.raw`(?:(?:https?|ftp)://|(?<![A-Za-z0-9.])www\.)[!-~]+(?:(?<=[/=_-])[${WIDE}]+[!-~]*)*`,
  'giu',
);

/** `[start, end)` of every URL in a text, in order. */
export function linksIn(text: string): [start: number, end: number][] {
  if (!text.includes('://') && !/www\./i.test(text)) return [];
  return [...text.matchAll(LINK)].map(({ 0: link, index }) => {
    let end = link.length;
    while (/[.,:;!?'")\]]/.test(link[end - 1]!)) end -= 1;
    return [index, index + end];
  });
}
