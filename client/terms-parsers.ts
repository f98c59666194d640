import { CsvError, parse as parseCsv } from 'csv-parse/sync';

/** A term as a file has it: what is written first, then what is heard for it. */
export interface TermEntry {
  /** Where it begins, counted from 1; null where nobody knows. */
  readonly line: number | null;
  readonly spellings: readonly string[];
}

/** What a list of terms has that it should not have. */
export class TermsSyntaxError extends Error {
  readonly line: number | null;
  readonly expected: string;
  readonly found: string;

  constructor(line: number | null, expected: string, found: string) {
    super(`expected ${expected}, got ${found}`);
    this.line = line;
    this.expected = expected;
    this.found = found;
  }
}

/** By the end of a file's name. They throw TermsSyntaxError. */
export const PARSERS: Readonly<Record<string, (text: string) => TermEntry[]>> = {
  '.txt': fromLines,
  '.csv': fromCsv,
  '.json': fromJson,
};

function fromLines(text: string): TermEntry[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ line: index + 1, spellings: line.split('\t') }))
    .filter(
      ({ spellings: [first = '', ...rest] }) =>
        !first.startsWith('#') && `${first}${rest.join('')}`.trim() !== '',
    );
}

function fromCsv(text: string): TermEntry[] {
  try {
    const records = parseCsv(text, {
      info: true,
      relax_column_count: true,
      skip_records_with_empty_values: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    let line = 1;
    const entries = records.map(({ record, info }) => {
      const entry = { line, spellings: record };
      line = info.lines + 1;
      return entry;
    });
    return entries.filter(({ spellings }, index) => index > 0 || !isHeader(spellings));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : null;
    throw new TermsSyntaxError(line, 'CSV as RFC 4180 has it', error.message);
  }
}

const isHeader = ([first = '', ...rest]: readonly string[]): boolean =>
  first.trim().toLowerCase() === 'write' && rest.every((cell) => cell.trim().toLowerCase() === 'heard');

function fromJson(text: string): TermEntry[] {
  const list = parseJson(text);
  const found = (value: unknown) => JSON.stringify(value).slice(0, 80);
  if (!Array.isArray(list)) throw new TermsSyntaxError(null, 'an array of terms', found(list));
  return list.map((item: unknown, index) => {
    const spellings = spellingsOf(item);
    if (spellings !== null) return { line: null, spellings };
    const expected = `a term, or an object of \`write\` and \`heard\` and nothing else, in [${index}]`;
    throw new TermsSyntaxError(null, expected, found(item));
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(message)?.[1];
    const line = text.slice(0, position === undefined ? text.length : Number(position)).split('\n').length;
    throw new TermsSyntaxError(line, 'JSON', message);
  }
}

/** Null where `item` is no term. */
function spellingsOf(item: unknown): string[] | null {
  if (typeof item === 'string') return [item];
  if (typeof item !== 'object' || item === null) return null;
  const { write, heard = [], ...rest } = item as Readonly<Record<string, unknown>>;
  const isTerm = typeof write === 'string' && Array.isArray(heard) && Object.keys(rest).length === 0;
  if (!isTerm || !heard.every((one) => typeof one === 'string')) return null;
  return [write, ...heard];
}
