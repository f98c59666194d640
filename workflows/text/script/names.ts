/**
 * Surnames that OpenCC takes for other words unless one of its phrases has the name, and the characters before them with
 * which they are such a word: 终于, 业余, 示范, 忧郁.
 */
const SURNAMES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    '于',
    new Set(
      '由关对至终等属处位在基鉴便敢勇乐善忠源出介趋限用致急忙陷难易利归甘优低高大小多少晚早务助益亚当同自决功别似赖命制服雇教职业咎次过逊下诚',
    ),
  ],
  ['余', new Set('剩多其业残盈富之工课空结')],
  ['范', new Set('示规模典师防风')],
  ['郁', new Set('忧浓馥葱抑沉阴')],
]);

const TITLES =
  '先生|女士|小姐|太太|老师|同学|教授|博士|医生|护士|律师|经理|主任|局长|院长|总经理|总(?![体共数额计统理会算之部量])';
const TITLE = new RegExp(`^(?:${TITLES})`);

/** What follows the surnames of people who are much spoken of. */
const GIVEN: ReadonlyMap<string, RegExp> = new Map([
  ['于', /^(?:右任|和伟)/],
  ['余', /^(?:华(?![人为侨裔夏])|光中|秋雨|英时|承东|则成|文乐)/],
  ['范', /^(?:文芳|冰冰|伟(?!大)|闲)/],
  ['郁', /^(?:达夫|可唯)/],
]);

/** Whether a surname stands at `start` of a text in simplified characters: before a title, or in a known name. */
export function isSurnameAt(text: string, start: number): boolean {
  const surname = text.charAt(start);
  const words = SURNAMES.get(surname);
  if (words === undefined || words.has(text.charAt(start - 1))) return false;
  const behind = text.slice(start + 1, start + 5);
  return TITLE.test(behind) || GIVEN.get(surname)!.test(behind);
}
