import type { Heard } from './characters.ts';
import { allEntries, Dictionary } from './dictionary.ts';
import { REGIONAL, type Script } from './opencc.ts';
import type { Piece } from './piece.ts';
import type { Phrases } from './to-traditional.ts';

type Region = Exclude<Script, 'cn'>;

const regions = new Map<Region, (phrases: Phrases, heard: Heard) => Piece[]>();

/** A text in OpenCC's standard of traditional as a place writes it. What makes it is made once in a workflow's run. */
export function toRegion(phrases: Phrases, heard: Heard, region: Region): Piece[] {
  let convert = regions.get(region);
  if (convert === undefined) {
    convert = converterTo(region);
    regions.set(region, convert);
  }
  return convert(phrases, heard);
}

function converterTo(region: Region): (phrases: Phrases, heard: Heard) => Piece[] {
  const dictionary = new Dictionary(REGIONAL[region]);
  const none: ReadonlySet<string> = new Set();
  const chained = new Set(
    REGIONAL[region].flatMap(allEntries).flatMap(([, value]) => [...replacedIn(value, dictionary)]),
  );
  return (phrases, { simplified }) => {
    const left = simplified > 0 ? none : chained;
    return phrases.flatMap((phrase) => piecesOf(phrase, dictionary, left));
  };
}

/** The keys that a replacement has in it: 程序 is what 进程 becomes and becomes 程式 itself, where it is not left. */
function* replacedIn(value: string, dictionary: Dictionary): Generator<string> {
  for (let start = 0; start < value.length;) {
    const found = dictionary.longestAt(value, start);
    if (found !== null && found.key !== found.value) yield found.key;
    start += found?.key.length ?? 1;
  }
}

function piecesOf(phrase: readonly string[], dictionary: Dictionary, left: ReadonlySet<string>): Piece[] {
  const text = phrase.join('');
  const pieces: Piece[] = [];
  let index = 0;
  for (let start = 0; start < text.length;) {
    const found = dictionary.longestAt(text, start);
    const character = phrase[index]!;
    const { key, value } = found && !left.has(found.key) ? found : { key: character, value: character };
    pieces.push({ length: [...key].length, text: value });
    index += pieces.at(-1)!.length;
    start += key.length;
  }
  return pieces;
}
