import type { Given } from '../given.ts';
import { fold } from './fold.ts';
import { bytesOf, misfit, MOST_BYTES, MOST_TERMS, tidy, type Term } from './term.ts';

/**
 * The list of terms, each given as `{ write, heard }` or, where nothing else is heard for it, as the text that is
 * written. Throws LH_PIPELINE_INVALID with the place: `text[0].terms[17].heard[0]`.
 */
export function readTerms(given: Given): Term[] {
  const list = given.value('terms');
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_TERMS) {
    throw given.invalid('terms', `a list of 1 to ${MOST_TERMS} terms`, list);
  }
  const terms = list.map((item: unknown, index) => readTerm(given, `terms[${index}]`, item));
  const bytes = bytesOf(terms);
  if (bytes > MOST_BYTES) throw given.invalid('terms', `at most ${MOST_BYTES} bytes of UTF-8`, bytes);
  checkClaims(given, terms);
  return terms;
}

function readTerm(given: Given, place: string, item: unknown): Term {
  if (typeof item === 'string') return { write: readSpelling(given, place, item), heard: [] };
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw given.invalid(place, 'a term or an object with `write` and `heard`', item);
  }
  const { write, heard = [], ...rest } = item as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(rest)) {
    throw given.invalid(`${place}.${name}`, 'nothing of that name', value);
  }
  if (!Array.isArray(heard)) throw given.invalid(`${place}.heard`, 'a list of spellings', heard);
  return {
    write: readSpelling(given, `${place}.write`, write),
    heard: heard.map((one: unknown, index) => readSpelling(given, `${place}.heard[${index}]`, one)),
  };
}

function readSpelling(given: Given, place: string, value: unknown): string {
  const spelling = typeof value === 'string' ? tidy(value) : '';
  const expected = misfit(spelling);
  if (expected !== null) throw given.invalid(place, expected, value);
  return spelling;
}

/** Of a spelling that stands for two terms nobody could say which to write; of `a` for `b` and `b` for `a`, neither. */
function checkClaims(given: Given, terms: readonly Term[]): void {
  const claims = new Map<string, string>();
  const claim = (place: string, spelling: string, write: string) => {
    const key = fold(spelling).text;
    const other = claims.get(key) ?? write;
    if (other !== write) {
      throw given.invalid(place, `of one term alone, since \`${other}\` is written for it`, spelling);
    }
    claims.set(key, write);
  };
  for (const [index, { write }] of terms.entries()) claim(`terms[${index}].write`, write, write);
  for (const [index, { write, heard }] of terms.entries()) {
    for (const [at, spelling] of heard.entries()) claim(`terms[${index}].heard[${at}]`, spelling, write);
  }
}
