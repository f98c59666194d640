/** Digits of Chinese, with those of cheques and of the phone. */
const CHINESE = /^[〇零一二三四五六七八九十百千万萬亿億两兩幺壹贰貳叁參肆伍陆陸柒捌玖拾佰仟]$/u;

/** Digits as words, as phone numbers are said: English, German, French, Spanish, Italian, Portuguese, Russian. */
const WORDS = new Set(
  [
    'zero oh one two three four five six seven eight nine ten',
    'null eins zwei zwo drei vier fünf sechs sieben acht neun zehn',
    'zéro un deux trois quatre cinq six sept huit neuf dix',
    'cero uno dos tres cuatro cinco seis siete ocho nueve diez',
    'due tre quattro cinque sei sette otto nove dieci',
    'um dois três quatro seis sete oito nove dez',
    'ноль один два три четыре пять шесть семь восемь девять десять',
  ].flatMap((words) => words.split(' ')),
);

/** Whether a token is a number, or a digit as people say it. */
export const isNumeral = (key: string): boolean =>
  /^\p{N}+$/u.test(key) || CHINESE.test(key) || WORDS.has(key);
