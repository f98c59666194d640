/**
 * What may stand at the edge of a line, after GB/T 15834-2011 (5.1), JIS X 4051 (kinsoku) and Unicode's UAX #14. All
 * are sets of single characters, for regular expressions with the flag `u`.
 */

/** Chinese and Japanese characters, kana, bopomofo, Yi, their marks, and pictographs: lines may break between any two. */
const IDEOGRAPHIC =
  String.raw`\u2E80-\u312F\u3190-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uF900-\uFAFF\uFE30-\uFE4F` +
  String.raw`\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF9F\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}`;
export const IDEOGRAPH = new RegExp(`[${IDEOGRAPHIC}]`, 'u');

/** A mark that carries its own space. */
export const FULL_WIDTH_MARK =
  /[\u3001-\u3003\u3008-\u3020\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF60]/u;

/** Thai, Lao, Burmese and Khmer write words without spaces. */
export const SPACELESS = /[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF]/u;

const CLOSING_BRACKETS = String.raw`)\]}）］｝｠〕〉》」』】〗〙〛｣”’»›`;
export const CLOSING_BRACKET = new RegExp(`[${CLOSING_BRACKETS}]`, 'u');
const SMALL_KANA = 'ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰ-ㇿｧ-ｯ';

const JOINS = String.raw`\p{M}\p{Cf}\p{Emoji_Modifier}`;
/** A text that begins within a character: with half of it, or with a mark upon it. */
export const JOINED = new RegExp(`^[${JOINS}\\uDC00-\\uDFFF]`, 'u');

/** Never the first of a line. What is not a mark stays with the character before it: vowel signs, voicing, repetition. */
export const NOT_FIRST = new RegExp(
  `[${CLOSING_BRACKETS}${SMALL_KANA}` +
    String.raw`、。，．､｡,.!?！？:;：；·・･‧…‥—–―～〜\/／%％‰°℃"'` +
    String.raw`々〻ーｰゝゞヽヾ゛゜ﾞﾟ` +
    String.raw`${JOINS}\u0E2F\u0E30\u0E32\u0E33\u0E45\u0E46\u0EB0\u0EB2\u0EB3\u0EBD\u0EC6]`,
  'u',
);

/** Never the last of a line: opening brackets, middle dots, joiners, vowels written before their consonant. */
export const NOT_LAST = new RegExp(
  String.raw`\u200D|\u1039|\u17D2|[(\[{（［｛｟〔〈《「『【〖〘〚｢“‘„‚«‹¿¡·・･‧\/／"'#＃$￥¥` +
    String.raw`\u0E40-\u0E44\u0EC0-\u0EC4]`,
  'u',
);

/** French sets marks off by a space, and a recogniser may: no line breaks at it. */
export const SET_OFF_MARK = /[!?;:»%,、。，．！？：；）〕〉》」』】］｝]/u;
export const SET_OFF_OPENING = /(?:(?:^|\s)«|[（〔〈《「『【［｛])$/u;

export const DIGIT = /[0-9０-９]/u;
/** What numbers and dates are made of in Chinese and Japanese. */
export const NUMERAL = /[0-9０-９第〇零一二三四五六七八九十百千万萬亿億兆两兩点點年月日号號个個]/u;

const AFTER_MARK = `["'${CLOSING_BRACKETS}]*`;
const SENTENCE_END = new RegExp(`[。｡．！？!?؟۔।॥።။។]${AFTER_MARK}$`, 'u');
const STOP = new RegExp(`[^.]\\.${AFTER_MARK}$`, 'u');
const CLAUSE_END = new RegExp(String.raw`(?:[,，、､;；:：—–―…～〜،؛፣၊]|\.{2,})${AFTER_MARK}$`, 'u');
/** Initials and what else has a point without an end. */
const ABBREVIATION = /(?:^|[\s.(])(?:\p{L}|Mr|Mrs|Ms|Dr|Prof|St|Nr|No|vs)\.$/u;
const GOES_ON = /^[\p{Ll}\p{Nd}]/u;

/** What decides of the end of a text: no mark with its brackets is longer. */
const TAIL = 12;

/** Whether a sentence ends at the end of `text`, as far as its marks and what comes `next` say. */
export function endsSentence(text: string, next = ''): boolean {
  const tail = text.slice(-TAIL);
  if (SENTENCE_END.test(tail)) return true;
  return STOP.test(tail) && !endsAbbreviation(text) && !GOES_ON.test(next);
}

/** Whether the last word of `text` only has a point because it is short, and belongs to what follows: Mr., J. */
export const endsAbbreviation = (text: string): boolean => ABBREVIATION.test(text.slice(-TAIL));

export const endsClause = (text: string): boolean => CLAUSE_END.test(text.slice(-TAIL));
