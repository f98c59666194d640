import { allEntries, Dictionary } from './dictionary.ts';
import { FROM_REGIONAL, REGIONAL, SIMPLIFIED, TRADITIONAL } from './opencc.ts';

/** Which script a text was heard in, by the characters that only one of the two has. */
export interface Heard {
  readonly simplified: number;
  readonly traditional: number;
}

/**
 * Simplified characters that traditional texts have as well, as other words (后 of 皇后), in names (余, 范, 杰) or as a
 * common way to write them (凶, 台).
 */
const SHARED = new Set('丑于云仆伙余佣准几凶划占厘台吁吃后咨咸岩岳干征恒斗朴杠杰涂涌游熏皂范虱辟郁采里霉');

/** Traditional characters that simplified texts have as well: 乾 of 乾隆, 瞭 of 瞭望, 吒 of 哪吒; names. */
const SHARED_BACK = new Set('乾瞭藉吒氾苧薹袷昇夥剋');

/** Traditional characters without a simplified one in OpenCC's table. */
const NOT_IN_TABLE = new Set('伕鏚');

/** Regional characters that OpenCC's standard has as well, mostly as other words: 吃, 才, 針. */
const STANDARD_TOO = new Set('么參吃才核著針顎稜皂睾台');

const standards = new Map(
  FROM_REGIONAL.flatMap(allEntries).filter(([character]) => !STANDARD_TOO.has(character)),
);
const regionals = [REGIONAL.tw, REGIONAL.hk].flatMap((sources) => allEntries(sources.at(-1)!));
const regional = new Set(regionals.map(([, value]) => value));
const simplified = new Dictionary(SIMPLIFIED.slice(-1));
const traditional = new Dictionary(TRADITIONAL.slice(-1));

/** Whether a character may be of either script. */
export const isShared = (character: string): boolean => SHARED.has(character);

/** What OpenCC's standard of traditional writes for a character of Taiwan or of Hong Kong. */
export const standardOf = (character: string): string => standards.get(character) ?? character;

/** A traditional character's simplified one. */
export const simplifiedOf = (character: string): string => traditional.get(character) ?? character;

export function heardIn(text: string): Heard {
  const heard = { simplified: 0, traditional: 0 };
  for (const character of text) {
    const sign = signOf(character);
    if (sign !== null) heard[sign]++;
  }
  return heard;
}

const signs = new Map<string, keyof Heard | null>();

/** The one script that has a character; null where both do, or neither. */
function signOf(character: string): keyof Heard | null {
  let sign = signs.get(character);
  if (sign === undefined) {
    sign = isOnlyTraditional(character) ? 'traditional' : isOnlySimplified(character) ? 'simplified' : null;
    signs.set(character, sign);
  }
  return sign;
}

/** Whether a text is in simplified characters throughout. */
export const isSimplified = ({ simplified, traditional }: Heard): boolean =>
  simplified > 0 && traditional === 0;

/** Whether a text is in traditional characters throughout. */
export const isTraditional = ({ simplified, traditional }: Heard): boolean =>
  traditional > 0 && simplified === 0;

const isOnlyTraditional = (character: string): boolean =>
  NOT_IN_TABLE.has(character) ||
  (!SHARED_BACK.has(character) && simplifiedOf(character) !== character && !isTakenAway(character));

/** Whether a place writes a character as simplified texts do (溫 as 温): it would be no sign any more. */
const isTakenAway = (character: string): boolean =>
  regionals.some(([key, value]) => key === character && simplifiedOf(value) === value);

const isOnlySimplified = (character: string): boolean =>
  !SHARED.has(character) &&
  !regional.has(character) &&
  (simplified.get(character) ?? character) !== character;
