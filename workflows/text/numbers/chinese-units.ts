/** What numbers count, in simplified characters, as the inside of regular expressions. */
import { matchAt } from './chinese-read.ts';

/**
 * Units of measure and what is written with figures like them (GB/T 15835-2011, 4.1.1): a number of one character
 * before them becomes a figure. The longer names stand first.
 */
const MEASURES = [
  ...[
    '平方公里',
    '平方千米',
    '平方米',
    '平方厘米',
    '立方米',
    '立方厘米',
    '平米',
    '公里',
    '千米',
    '厘米',
    '毫米',
    '分米',
  ],
  ...[
    '微米',
    '纳米',
    '英里',
    '海里',
    '华里',
    '里地',
    '里路',
    '光年',
    '英尺',
    '英寸',
    '米(?![粉线饭老兰酒汤粥])',
  ],
  ...[
    '公斤',
    '千克',
    '毫克',
    '微克',
    '克拉',
    '克(?!隆|服|制|己|扣|里|莱)',
    '吨',
    '斤',
    '磅',
    '盎司',
    '公顷',
    '亩',
  ],
  ...[
    '毫升',
    '公升',
    '升(?![级学值职旗温空起高降到至起任])',
    '加仑',
    '千瓦',
    '兆瓦',
    '千伏',
    '毫伏',
    '伏特',
    '伏(?![天击羲笔案])',
    '毫安',
  ],
  ...[
    '安培',
    '赫兹',
    '千赫',
    '兆赫',
    '马力',
    '千卡',
    '大卡',
    '卡路里',
    '摄氏度',
    '华氏度',
    '分贝',
    '像素',
    '字节',
  ],
  ...['千字节', '兆(?!头)', '千帕', '兆帕'],
  ...[
    '元(?![旦老年素朝宵件气首帅月])',
    '块钱',
    '毛钱',
    '分钱',
    '美元',
    '美金',
    '欧元',
    '日元',
    '韩元',
    '港元',
    '港币',
  ],
  ...['英镑', '卢布', '人民币'],
  ...['周岁', '岁', '小时', '分钟', '秒钟', '毫秒', '秒(?!杀|懂|变)', '个小时', '个钟头', '个百分点', '世纪'],
];

/**
 * Units of time and of multiples. 一 and 两 before them are often no count: 一天 is some day, 两天 a few.
 */
const SPANS = [
  ...[
    '年(?![级轻纪代夜糕画货]|[一二三四五六七八九十]+班)',
    '天(?![下气堂空才涯然生地上使干])',
    '日(?![本语元报历记夜])',
    '(?<!四)周(?![围边末易])',
  ],
  ...['周年', '个月', '个星期', '个礼拜', '个工作日', '倍(?!子)'],
];

/** Numbers of places and things (GB/T 15835-2011, 3.2 and 4.1), and 3D, 5G; 两 is none. */
const LABELS = [
  '号',
  '楼(?![盘市房梯道])',
  '单元',
  '[DG](?![A-Za-z])',
  '路(?=公交|公车|公共汽车|电车|巴士|车)',
];

/** Words that count without measuring: before them a number of one character stays (4.3 allows both forms). */
const CLASSIFIERS =
  '个只位次名件条张本把头匹辆台部座栋间家所份封篇首幅支枝根块片颗粒朵棵株双对套副组群批排列队行层级届期集章节课页版' +
  '句段声场回遍趟下步口顿杯瓶碗盘盒箱袋包桶壶滴串束捆扇道项种类样款名起宗笔门面点人国省市县年月日天周';

const any = (units: readonly string[]): string => units.join('|');

/**
 * Whether what `pattern` describes stands at a place of the text. Temporal freezes what the modules that workflows share
 * export, and a sticky pattern has to remember where it looks: so it is nobody's but the function's.
 */
function standing(pattern: string): (text: string, at: number) => boolean {
  const sticky = new RegExp(pattern, 'y');
  return (text, at) => matchAt(sticky, text, at) !== null;
}

export const isMeasureAt = standing(any(MEASURES));
export const isSpanAt = standing(any(SPANS));
export const isLabelAt = standing(any(LABELS));
export const isCountedAt = standing(
  `${any([...MEASURES, ...SPANS])}|[${CLASSIFIERS}]|星期|礼拜|平(?![均时常])|晚(?!上)`,
);
/** Degrees are turns as well: 三度夺冠 is the third time. */
export const isDegreeAt = standing('度(?![假过日量身数制万])');
