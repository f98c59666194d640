import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { LonghandError, systemCode } from '../workflows/errors.ts';
import {
  bytesOf,
  misfit,
  MOST_BYTES,
  MOST_TERMS,
  spellingsOf,
  tidy,
  type Term,
} from '../workflows/text/terms/term.ts';
import { decodeText } from './decode-text.ts';
import { PARSERS, TermsSyntaxError } from './terms-parsers.ts';

/** With comments, quotes and in any encoding: far more than the terms themselves may have. */
const LARGEST = 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'found nothing',
  ENOTDIR: 'found nothing',
  ENAMETOOLONG: 'found nothing, and the name is too long for a file',
  ELOOP: 'found links that lead in a circle',
  EACCES: 'may not read it',
  EPERM: 'may not read it',
};

/**
 * A list of terms from a file: `.txt`, a term a line, behind it what is heard for it, each after a tab, `#` before a
 * comment; `.csv` (RFC 4180), the term first and what is heard for it behind, under a header `write,heard` or none;
 * `.json`, an array of terms or of `{ write, heard }`. At most 1 MB. `encoding`: what it was told to be in, by its name
 * in the WHATWG Encoding standard.
 *
 * Throws LH_TERMS_UNREADABLE with the file and, where there is one, the line.
 */
export async function readTermsFile(path: string): Promise<{ terms: Term[]; encoding: string }> {
  const parse = PARSERS[extname(path).toLowerCase()];
  if (!parse)
    throw unreadable(path, null, `a name that ends in ${Object.keys(PARSERS).join(', ')}`, 'another');
  const read = decodeText(await bytesOfFile(path));
  if ('found' in read) throw unreadable(path, read.line, 'text, best of all in UTF-8', read.found);
  try {
    const terms = parse(read.text).map(({ line, spellings }) => termOf(line, spellings));
    checkSize(terms);
    return { terms, encoding: read.encoding };
  } catch (error) {
    if (!(error instanceof TermsSyntaxError)) throw error;
    throw unreadable(path, error.line, error.expected, error.found);
  }
}

async function bytesOfFile(path: string): Promise<Uint8Array> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw unreadable(path, null, 'a file', 'a folder, a device or a pipe');
    if (stats.size > LARGEST) throw unreadable(path, null, `at most ${LARGEST} bytes`, String(stats.size));
    return await readFile(path);
  } catch (error) {
    const reason = REASONS[systemCode(error)];
    if (reason === undefined) throw error;
    throw unreadable(path, null, 'a file', reason, error);
  }
}

function termOf(line: number | null, [write = '', ...heard]: readonly string[]): Term {
  const term = { write: tidy(write), heard: heard.map(tidy).filter((spelling) => spelling !== '') };
  for (const spelling of spellingsOf(term)) {
    const expected = misfit(spelling);
    if (expected !== null) throw new TermsSyntaxError(line, expected, JSON.stringify(spelling.slice(0, 80)));
  }
  return term;
}

function checkSize(terms: readonly Term[]): void {
  if (terms.length === 0 || terms.length > MOST_TERMS) {
    throw new TermsSyntaxError(null, `1 to ${MOST_TERMS} terms`, String(terms.length));
  }
  const bytes = bytesOf(terms);
  if (bytes > MOST_BYTES) {
    throw new TermsSyntaxError(null, `terms of at most ${MOST_BYTES} bytes of UTF-8 in all`, String(bytes));
  }
}

function unreadable(
  path: string,
  line: number | null,
  expected: string,
  found: string,
  cause?: unknown,
): LonghandError {
  const place = line === null ? path : `${path}, line ${line}`;
  return new LonghandError('LH_TERMS_UNREADABLE', `Expected ${expected} at ${place}, got ${found}`, {
    ...(cause !== undefined && { cause }),
    details: { path, line },
  });
}
