/**
 * What must stand on a side of a filler: anything that is no part of a word; a mark or the end of a sentence; or a
 * comma, a dash or an ellipsis.
 */
export type Beside = 'any' | 'mark' | 'comma';

export interface Filler {
  /** Source of a regular expression, without regard to case. */
  readonly pattern: string;
  readonly left: Beside;
  readonly right: Beside;
  /** Whether it answers where it is a sentence by itself, or follows a question: `嗯。`, `Hmm.`, `吃了吗？嗯，吃了。` */
  readonly answers: boolean;
}

const hesitation = (pattern: string): Filler => ({ pattern, left: 'any', right: 'any', answers: false });
const answer = (pattern: string): Filler => ({ pattern, left: 'any', right: 'any', answers: true });
const setOff = (filler: Filler): Filler => ({ ...filler, left: 'mark', right: 'mark' });

/** "That one", but before a comma a filler: `那个，我觉得`; said twice, also before a pronoun. */
const demonstrative = (pattern: string): Filler[] => [
  { pattern: `(?:${pattern})+`, left: 'mark', right: 'comma', answers: false },
  { pattern: `(?:${pattern}){2,}(?=[我你您他她它咱])`, left: 'mark', right: 'any', answers: false },
];

/**
 * By themselves, 嗯 and 呃 are interjections alone (现代汉语词典). 额 is also a forehead or a sum, and 唔 "not" in
 * Cantonese. 啊 is a particle after a word and surprise before one (`啊，原来是你`): a filler only where it is drawn out or
 * between commas. 哦 is left out: it says that something is understood.
 */
const CHINESE: readonly Filler[] = [
  answer('嗯+'),
  hesitation('呃+'),
  setOff(answer('啊{2,}')),
  setOff(answer(String.raw`啊(?=[…⋯]|\.\.)`)),
  { pattern: '啊', left: 'comma', right: 'comma', answers: true },
  setOff(answer('唔+')),
  setOff(hesitation('额+|額+')),
  ...demonstrative('那[个個]'),
  ...demonstrative('[这這][个個]'),
];

/**
 * Fillers by Whisper's code of a language. Where one is a word as well, only that which stands between marks is meant:
 * `mm` is a measure, эм a letter, あの "that", `uh oh` dismay; Spanish `¿eh?` asks, and German `er` is "he".
 */
export const FILLERS: ReadonlyMap<string, readonly Filler[]> = new Map([
  ['zh', CHINESE],
  ['yue', CHINESE],
  [
    'en',
    [hesitation(String.raw`u+h+(?!\s+oh\b)m*|u+m+|er(?:r{2,})?|e+rm+`), answer('hm+'), setOff(answer('mm+'))],
  ],
  ['fr', [hesitation('e+u+h+|h+e+u+')]],
  ['de', [hesitation('ä+h+m*|ö+h+m*')]],
  ['nl', [hesitation('e+h+m*|u+h+m*')]],
  ['es', [{ pattern: 'e+h+', left: 'comma', right: 'comma', answers: false }]],
  ['pt', [setOff(answer('hm+|ah+n+'))]],
  ['it', [hesitation('e+h+m+|u+h+m+'), setOff(answer('m{2,}'))]],
  ['ru', [hesitation('э(?:-?э)+'), setOff(answer('э+м+|м{3,}'))]],
  ['ja', [hesitation('え[えーぇっ]+と[ーぉ]*'), answer('うー+ん[ーと]*'), setOff(hesitation('あの[ーお]*'))]],
  ['ko', [setOff(answer('으*음+|어+'))]],
]);
