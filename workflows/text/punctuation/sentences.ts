const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/**
 * Words after which a pause is none between sentences, in lower case, of languages whose sentences begin with a capital
 * and whose nouns do not.
 */
export const OPEN_WORDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'en',
    words(
      'a about after all am an and any are as at be because been before being both but by can could did do does each ' +
        'every for from had has have he her his how i if in into is its just like mr mrs ms dr st my no nor of on or our ' +
        'over prof she should since so some than that the their these they this those though through to under until was ' +
        'we were what when where whether which while who whose why will with without would you your uh um er',
    ),
  ],
  [
    'es',
    words(
      'a al ante aunque bajo como con cuando de del desde donde e el ella en entre es esta este hacia hasta la las lo ' +
        'los mas mi ni o para pero por porque que se si sin sobre son su sus tu u un una y ya más señor señora',
    ),
  ],
  [
    'fr',
    words(
      'a au aux avec car ce ces cette chez comme dans de des donc dont du elle en entre est et il ils la le les leur ' +
        'lorsque ma mais mes mon ne ni notre nous on ont ou où par pour quand que qui sa sans se ses si son sont sous sur ' +
        'très un une votre vous à monsieur madame',
    ),
  ],
  [
    'it',
    words(
      'a ai al alla anche che chi come con cui da dal dalla dei del della di dove e ed era fra gli ha i il in io la le lo ' +
        'ma mi nel nella non o per perché però più quando se si sono su suo sua tra un una uno è signor signora',
    ),
  ],
  [
    'pt',
    words(
      'a ao aos as até com como da das de do dos e ela ele em entre era essa esse esta este eu foi já mais mas me na nas ' +
        'nem no nos o os ou para pela pelo por porque quando que se sem seu são sua também um uma à é senhor senhora',
    ),
  ],
  [
    'ru',
    words(
      'а без благодаря бы в во для до если ещё за и из или им их к как когда ко кто ли между мы на над не ни но о об он ' +
        'она они от перед по под при про с со так то у хотя чем через что чтобы это я',
    ),
  ],
]);

/** What leaves a Chinese clause open (《现代汉语八百词》): conjunctions, prepositions, adverbs, 的 and clauses of time. */
const CHINESE_OPEN = new RegExp(
  `(?:${[
    '和 与 與 或 及 而 但 但是 可是 不过 不過 然而 因为 因為 所以 如果 要是 虽然 雖然 而且 并且 並且 或者 还是 還是 然后 然後',
    '就是 比如 例如 以及 还有 還有 在 把 被 从 從 向 跟 给 給 比 让 讓 对于 對於 关于 關於 是 的 地 得 很 也 都 就 才 又 再 更 最',
    '这 這 那 这个 這個 那个 那個 一个 一個 的话 的話 时 時 时候 時候 之后 之後 以后 以後 嗯 呃 第 每 各',
    '同 同埋 但係 即係 嘅 係 喺 將 俾 畀',
  ]
    .join(' ')
    .replaceAll(' ', '|')})$`,
  'u',
);

/** The polite and plain ends of a Japanese sentence. */
const JAPANESE_END = /(?:です|ます|ました|でした|ません|でしょう|ください|である|だった|[ねよか])$/u;

/** Whether a text in Chinese or Japanese may be the end of a sentence. */
export const mayEnd = (text: string, language: string): boolean =>
  language === 'ja' ? JAPANESE_END.test(text) : !CHINESE_OPEN.test(text);
