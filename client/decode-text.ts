import { CANDIDATES, likelihood, type Encoding } from './encodings.ts';

/** A text, and what it was encoded in by its name in the WHATWG Encoding standard: `utf-8`, `utf-16le`, `gb18030`. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: string;
}

/** Why bytes are no text that could be read for sure, as what came instead. */
export interface Undecodable {
  readonly found: string;
  /** Where the first byte is that does not fit, counted from 1; null where no one place is to blame. */
  readonly line: number | null;
}

const MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** What no text holds: control characters but tab and the ends of lines, and characters of private use. */
const UNTEXTUAL = /(?![\t\n\r])[\p{Cc}\p{Co}]/u;

/** Logarithm of how much likelier than any other encoding one has to be. */
const SURE = 3;

/**
 * The text of a file in Unicode, or in an older encoding of Chinese, Japanese, Korean, Russian or western Europe, which
 * is told by how its characters are spread. Where two are nearly as likely it is nobody's guess.
 */
export function decodeText(bytes: Uint8Array): DecodedText | Undecodable {
  const marked = MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0];
  const unicode = decoded(bytes, marked ?? 'utf-8');
  if (unicode !== null) return { text: unicode, encoding: marked ?? 'utf-8' };
  if (marked !== undefined) return { found: `bytes that are no ${marked}`, line: badLine(bytes, marked) };
  if (bytes.includes(0)) return { found: 'bytes that are no text', line: null };
  if (isDamaged(bytes)) return { found: 'bytes that are no utf-8', line: badLine(bytes, 'utf-8') };
  return mostLikely(bytes);
}

/** Bytes 80 to 9F of windows-1252, which Node 20 reads as ISO 8859-1: see the WHATWG Encoding standard. */
const WINDOWS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
const fromWindows = (control: string): string => WINDOWS[control.charCodeAt(0) - 0x80]!;

function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    const plain = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    const text = encoding === 'windows-1252' ? plain.replaceAll(/[\x80-\x9f]/g, fromWindows) : plain;
    return UNTEXTUAL.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Whether more characters are UTF-8 than not, which those of another encoding hardly ever are. */
function isDamaged(bytes: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(bytes);
  const whole = text.match(/[^\0-\x7f\ufffd]/gu)?.length ?? 0;
  return whole > (text.match(/\ufffd/g)?.length ?? 0);
}

function badLine(bytes: Uint8Array, encoding: string): number {
  const [before = ''] = new TextDecoder(encoding).decode(bytes).split(/\ufffd|(?![\t\n\r])\p{Cc}/u);
  return before.split('\n').length;
}

function mostLikely(bytes: Uint8Array): DecodedText | Undecodable {
  const readings = CANDIDATES.flatMap((encoding: Encoding) => {
    const text = decoded(bytes, encoding);
    return text === null ? [] : [{ text, encoding, likelihood: likelihood(bytes, text, encoding) }];
  });
  const [best, second] = readings
    .filter((reading) => reading.likelihood > -Infinity)
    .sort((a, b) => b.likelihood - a.likelihood);
  if (!best) return { found: 'bytes that are no text in an encoding that is known', line: null };
  if (!second || best.likelihood - second.likelihood >= SURE) {
    return { text: best.text, encoding: best.encoding };
  }
  const shown = [best, second].map(({ text, encoding }) => `${encoding} (${excerpt(text)})`).join(' or ');
  return { found: `bytes that may be ${shown}`, line: null };
}

/** The first word that is not ASCII. */
const excerpt = (text: string): string => (/\S*[^\0-\x7f]\S*/.exec(text)?.[0] ?? '').slice(0, 20);
