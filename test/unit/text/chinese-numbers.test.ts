import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LonghandError } from '../../../workflows/errors.ts';
import { numbers } from '../../../workflows/text/numbers.ts';
import { read, segment, textAfter } from './after.ts';
import { expectSteadyEdits } from './properties.ts';

const written = (said: string, given = {}): string => textAfter(numbers, said, 'zh', given);

/** Sources: `GB` is GB/T 15835-2011, `usage` how the language is spoken, `issue` what the step was ordered to do. */
type Case = readonly [said: string, written: string, source: string];

const VALUES: readonly Case[] = [
  ['一二三', '123', 'issue'],
  ['一百二十三', '123', 'GB 4.1.1'],
  ['一千零五', '1005', 'GB 4.1.1; 零 for a place left out'],
  ['三千零二十一', '3021', 'GB 4.1.1'],
  ['五千四百三十二', '5432', 'GB 4.1.1'],
  ['九万八千七百六十五', '98765', 'GB 4.1.1'],
  ['一百一十', '110', 'GB 4.1.1'],
  ['一百二', '120', 'the last place left out in speech'],
  ['两千三', '2300', 'the last place left out in speech'],
  ['三万五', '3.5万', 'the last place left out in speech'],
  ['三萬五', '3.5萬', 'in the script that was heard'],
  ['一千二百三十四万', '1234万', 'issue; GB 5.3'],
  ['一千二百三十四萬', '1234萬', 'GB 5.3'],
  ['三亿五千万', '3.5亿', 'GB 5.3'],
  ['三億五千萬', '3.5億', 'GB 5.3'],
  ['一亿两千三百万', '1.23亿', 'GB 5.3'],
  ['十亿零八百一十七万五千二百八十八人', '10亿零817万5288人', 'GB 5.3, the example'],
  ['两千五百亿', '2500亿', 'GB 5.3'],
  ['三点五万亿', '3.5万亿', 'GB 5.3'],
  ['三点一四', '3.14', 'GB 4.3: 0.5'],
  ['零點五', '0.5', 'GB 4.3, the example'],
  ['三点一四一五九二六', '3.1415926', 'GB 4.1.1'],
  ['涨了一点五个百分点', '涨了1.5个百分点', 'GB 4.1.1'],
  ['结果是负三', '结果是-3', 'GB 4.1.1: -125.03'],
  ['气温负五度', '气温-5度', 'GB 4.1.1'],
  ['零下五度', '零下5度', 'GB 4.1.1: temperatures'],
];

const PARTS: readonly Case[] = [
  ['百分之三点五', '3.5%', 'issue; GB 4.1.1: 34.05%'],
  ['百分之百', '100%', 'GB 4.1.1'],
  ['百分之一百二', '120%', 'GB 4.1.1'],
  ['负百分之三', '-3%', 'GB 4.1.1'],
  ['百分之三到五', '3%到5%', 'GB 4.1.1: 63%~68%'],
  ['百分之三十多', '30%多', 'GB 4.3: 100多件'],
  ['千分之三', '3‰', 'GB 4.1.1'],
  ['三分之一', '1/3', 'issue; GB 4.3'],
  ['十分之一', '1/10', 'GB 4.3'],
  ['二又三分之一', '2又1/3', 'GB 4.3: one form side by side'],
];

const TIMES: readonly Case[] = [
  ['二零二六年三月五号', '2026年3月5日', 'issue; GB 5.1'],
  ['二〇〇八年八月八日', '2008年8月8日', 'GB 4.3, the example'],
  ['三月五號', '3月5日', 'GB 5.1'],
  ['二零二六年三月五', '2026年3月5', 'GB 4.3'],
  ['三月五号到八号', '3月5日到8日', 'GB 4.3'],
  ['一到十二月', '1到12月', 'GB 4.3'],
  ['一月五号', '1月5日', 'GB 5.1'],
  ['两千零八年', '2008年', 'GB 5.1'],
  ['公元二五三年', '公元253年', 'GB 4.3, the example'],
  ['零八年', '08年', 'usage: as heard, no longer than it was said'],
  ['二十世纪八十年代', '20世纪80年代', 'GB 4.3, the example'],
  ['八零后和九十后', '80后和90后', 'GB 4.1: words with figures'],
  ['下午四点四十分', '下午4点40分', 'GB 4.3, the example'],
  ['下午三點十五分', '下午3點15分', 'GB 4.3'],
  ['三点半', '3点半', 'GB 4.3'],
  ['三点一刻', '3点一刻', 'GB 4.3; 一刻 is a word'],
  ['八点二十出发', '8点20出发', 'GB 4.3'],
  ['十二点十分', '12点10分', 'GB 4.3'],
  ['三点零五分', '3点05分', 'GB 4.3; minutes have two digits'],
  ['凌晨零点', '凌晨0点', 'GB 4.3'],
  ['下午一点', '下午1点', 'GB 4.3'],
  ['从三点到五点半', '从3点到5点半', 'GB 4.3'],
  ['晚上八点一个人', '晚上8点一个人', 'no decimal behind an hour'],
  ['十四时二十八分', '14时28分', 'GB 4.3, the example'],
  ['周二十点开会', '周二10点开会', 'the day stays: GB 4.2'],
];

const MEASURES: readonly Case[] = [
  ['三公里', '3公里', 'GB 4.1.1: lengths'],
  ['两公里半', '2公里半', 'GB 4.1.1'],
  ['三到五公里', '3到5公里', 'GB 4.3'],
  ['三千瓦', '3千瓦', 'GB 4.1.1; 千瓦 is one unit'],
  ['五百千瓦', '500千瓦', 'GB 4.1.1'],
  ['三点五千克', '3.5千克', 'GB 4.1.1'],
  ['一米八五', '1.85米', 'GB 4.1.1; the lower unit left out'],
  ['五斤二两', '5斤2两', 'GB 4.1.1'],
  ['三块五', '3.5块', 'GB 4.1.1; the unit stays the one that was said'],
  ['三塊五', '3.5塊', 'GB 4.1.1'],
  ['三块五毛', '3块5毛', 'GB 4.1.1'],
  ['三块五一斤', '3.5块一斤', 'usage: a price is for one'],
  ['五十块钱', '50块钱', 'GB 4.1.1'],
  ['兩百三十元', '230元', 'GB 4.1.1'],
  ['七十六岁', '76岁', 'GB 4.3, the example'],
  ['三个月', '3个月', 'GB 4.3: 4个月'],
  ['十二天', '12天', 'GB 4.3, the example'],
  ['三倍', '3倍', 'GB 4.3, the example'],
  ['十分钟', '10分钟', 'GB 4.1.1: time'],
  ['三分五秒', '3分5秒', 'GB 4.1.1: time'],
  ['得了十分', '得了10分', 'GB 4.1.1'],
];

const COUNTS: readonly Case[] = [
  ['十五个人', '15个人', 'GB 4.3: 235位同学'],
  ['一百多件', '100多件', 'GB 4.3, the example'],
  ['二十余次', '20余次', 'GB 4.3, the example'],
  ['三到十五个', '3到15个', 'GB 4.3'],
  ['十五比三', '15比3', 'GB 4.1.1: 1:500'],
  ['十五加三等于十八', '15加3等于18', 'GB 3.1, 4.1.1'],
  ['第一百二十三章', '第123章', 'GB 4.3: 第25页'],
  ['三号楼', '3号楼', 'GB 3.2, 4.1: codes'],
  ['十七号楼', '17号楼', 'GB 4.3, the example'],
  ['坐三零二路公交', '坐302路公交', 'GB 3.2, 4.1: codes'],
  ['五路公交', '5路公交', 'GB 3.2, 4.1: codes'],
  ['邮编一零零八七一', '邮编100871', 'GB 3.2, 4.1: codes'],
  ['幺三八零零一三八零零零', '13800138000', 'GB 3.2, 4.1: codes; usage: 幺 is one in them'],
  ['么三八零零一三八零零零', '13800138000', 'GB 3.2, 4.1: codes; 么 written for 幺'],
  ['密码是三八', '密码是38', 'GB 3.2, 4.1: codes'],
  ['二零二零一直', '2020一直', 'usage: 一直 is a word'],
  ['这个月十五号放假', '这个月15号放假', 'GB 5.1'],
  ['这个月十五个人', '这个月15个人', 'GB 4.3: counts'],
  ['这个月十五到二十号', '这个月15到20号', 'GB 4.3'],
  ['李十三岁了', '李13岁了', 'GB 4.3: ages'],
  ['每张十五', '每张15', 'GB 4.1.1: a price'],
  ['二十里铺满了雪', '20里铺满了雪', 'GB 4.1.1: lengths'],
  ['五万三千二百零六元四角五分', '53206元4角5分', 'GB 4.1.1: money'],
  ['三元五角', '3元5角', 'GB 4.1.1'],
  ['每斤四元八角', '每斤4元8角', 'GB 4.1.1'],
  ['二十元零五分', '20元零5分', 'GB 4.3: one form side by side'],
  ['两小时零十分钟', '2小时零10分钟', 'GB 4.3'],
  ['坐K 一零三次', '坐K103次', 'GB 3.2, 4.1: codes have no gap'],
  ['两小时零五分钟', '2小时零5分钟', 'GB 4.3'],
  ['九十九点五分差零点五分', '99.5分差0.5分', 'GB 4.3'],
  ['第九十九页第三行', '第99页第3行', 'GB 4.3: 第25页'],
  ['第三页第十五行', '第3页第15行', 'GB 4.3'],
  ['第二十条第二款第三项', '第20条第2款第3项', 'GB 4.3'],
  ['一号楼，二号楼，三号楼', '1号楼，2号楼，3号楼', 'GB 3.2, 4.1: codes'],
  ['G一二三次', 'G123次', 'GB 3.2, 4.1: codes'],
  ['K一零三次', 'K103次', 'GB 3.2, 4.1: codes'],
  ['MU五一三八', 'MU5138', 'GB 3.2, 4.1: codes'],
  ['京A一二三四五', '京A12345', 'GB 3.2, 4.1: codes'],
  ['一一零一零一一九九零零三零七二三一二X', '110101199003072312X', 'GB 3.2, 4.1: codes'],
  ['三D打印', '3D打印', 'GB 4.1: words with figures'],
];

const FIXED: readonly (readonly [said: string, source: string])[] = [
  ...of('issue', '一心一意 三明治 十分 十分高兴 一些 万一 星期三'),
  ...of(
    'GB 4.2: no days and years of another calendar',
    '正月初五 腊月二十三 八月十五 农历八月十五日 三月三 大年三十 清咸丰十年九月二十日',
  ),
  ...of('GB 4.2', '秦文公四十四年 日本庆应三年 丙寅年十月十五日 民国三十八年'),
  ...of(
    'GB 4.2: guesses',
    '三四个月 一二十个 四十五六岁 五六万套 五六十年前 几千 二十几 一百几十 几万分之一',
  ),
  ...of('GB 5.2', '二三米 一两个小时 三五天 七八十 十七八岁 三五个 两三百 一百二三十 七八年 一二月'),
  ...of('GB 4.2', '几十 十几 数百 数十万人 好几百 上千 成千上万 十几万 百八十个 百分之几 百分之二三十'),
  ...of('GB 4.2', '一律 一旦 三叶虫 四书五经 星期五 四氧化三铁 八国联军 七上八下 不管三七二十一 一方面'),
  ...of(
    'GB 4.2',
    '半斤八两 五省一市 五讲四美 相差十万八千里 八九不离十 白发三千丈 不二法门 二八年华 五四运动',
  ),
  ...of(
    'GB 5.2: days that have become names',
    '九一八 一二九运动 一二八事变 五一劳动节 三八妇女节 双十一 十一放假',
  ),
  ...of('GB 4.3', '十一届全国人大一次会议 六方会谈'),
  ...of(
    'usage: words',
    '千万不要 百度 统一 唯一 一般 一样 一直 一下 一点儿 一边 十字路口 二维码 老百姓 零食 百分百 一块儿',
  ),
  ...of(
    'usage: words',
    '二百五 有一点冷 今天一点都不冷 晚上一点声音都没有 这两点十分重要 一时冲动 四周 三伏天 三度夺冠 一楼盘',
  ),
  ...of(
    'names',
    '四川 三亚 九寨沟 三国 一带一路 十三五规划 十四五 两会 二十大报告 神舟十三号 十三陵 燕雲十六州',
  ),
  ...of('sets', '三十六計 一百零八將 二十四節氣 十八罗汉 三百六十行 七十二变 一千零一夜 九九八十一'),
  ...of('GB 4.3: both forms; one character stays', '五个人 第一 第三点 三年级 三比二 从一到十 三到五个 八折'),
  ...of('usage: 一 and 两 that do not count', '一年 一天 这两天 过两天 一个月 每一公里 三两天'),
  ...of('three points, no hour', '三点意见 主要有三点一是时间 第二点 一点一滴 两点一线'),
  ...of(
    'not sure, as heard',
    '上周二十个人 每周三次 五万一平 三百二百 3万五千 一九二点一六八点一点一 一百五一晚 九点五分',
  ),
  ...of('usage: a day of the moon', '这个月十五是中秋节 下个月二十三 本月十五到二十'),
  ...of(
    'names: kin, ranks, places and titles',
    '十三姨来了 十七爷 李十三 叫李十三的人 五十肩 二十里铺 三十里堡 一万个为什么',
  ),
  ...of('not sure: minutes to an hour, hundredths of seconds', '差五分十二点 十二点差五分 十秒零八 九秒五八'),
  ...of('GB 4.3: one form in a list', '一天，两天，三天 一个月，两个月，三个月 一杯水，二两酒，三斤肉'),
  ...of('usage: a guess, a word, and ordinals of one character', 'A座一二三层 元旦四角 第三页第五行'),
  ...of('no minus', '胜负三场 一胜二负三平 负一定责任'),
];

function of(source: string, said: string): (readonly [string, string])[] {
  return said.split(' ').map((one) => [one, source]);
}

describe('a Chinese number', () => {
  it.each([...VALUES, ...PARTS, ...TIMES, ...MEASURES, ...COUNTS])('%s → %s (%s)', (said, expected) => {
    expect(written(said)).toBe(expected);
  });

  it.each(FIXED)('%s stays (%s)', (said) => {
    expect(written(said)).toBe(said);
  });

  it('has traps for at least half of the table', () => {
    const changed = [VALUES, PARTS, TIMES, MEASURES, COUNTS].flat().length;
    expect(FIXED.length).toBeGreaterThanOrEqual(changed);
  });

  it('stands within a sentence', () => {
    expect(written('这个项目花了三百二十万，占百分之四十五点二，一共一百多人做了三年。')).toBe(
      '这个项目花了320万，占45.2%，一共100多人做了3年。',
    );
    expect(written('他身高一米八二，二零一九年五月二十号星期三下午三点一个人去了三亚。')).toBe(
      '他身高1.82米，2019年5月20日星期三下午3点一个人去了三亚。',
    );
  });
});

it('large numbers are in figures alone where they are wanted so', () => {
  const cases: Readonly<Record<string, string>> = {
    一千二百三十四万: '12340000',
    三万五: '35000',
    三点五万: '35000',
    三点五万亿: '3500000000000',
    零点五亿: '50000000',
    三亿五千万: '350000000',
    一百多万: '100多万',
  };
  for (const [said, expected] of Object.entries(cases)) {
    expect(written(said, { large: 'digits' })).toBe(expected);
  }
});

it('weekdays take figures where they are wanted so', () => {
  const days = (said: string) => written(said, { weekdays: true });
  expect(days('星期三和周一，禮拜二也行，星期天不行')).toBe('星期3和周1，禮拜2也行，星期天不行');
  expect(days('每周三次')).toBe('每周三次');
  expect(days('星期二十点')).toBe('星期二10点');
});

it('only the spoken characters change, and every edit has a reason', () => {
  const edits = (text: string) => numbers.edits([segment(text, 'yue')], read(numbers, {}))[0];
  expect(edits('二零二六年三月五号')).toEqual([
    { start: 0, end: 4, text: '2026', rule: 'year' },
    { start: 5, end: 6, text: '3', rule: 'month' },
    { start: 7, end: 8, text: '5', rule: 'day' },
    { start: 8, end: 9, text: '日', rule: 'day-of-a-date' },
  ]);
  expect(edits('三萬')).toEqual([{ start: 0, end: 1, text: '3', rule: 'cardinal' }]);
});

it('speaks for Chinese segments alone', () => {
  expect(textAfter(numbers, '一百二十三', 'ja')).toBe('一百二十三');
});

it('names the place of an unknown option', () => {
  for (const given of [{ large: 'million' }, { weekdays: 'yes' }, { style: 'wan' }]) {
    expect(() => read(numbers, given)).toThrow(LonghandError);
    expect(() => read(numbers, given)).toThrow(`text[0].${Object.keys(given)[0]}`);
  }
});

describe('whatever the text', () => {
  const pieces = (
    '零 〇 一 二 三 四 五 六 七 八 九 十 百 千 万 萬 亿 億 两 兩 幺 么 廿 点 點 分之 百分之 千分之 年 月 日 号 號 周 星期 礼拜 ' +
    '第 负 半 刻 分 秒 块 塊 毛 钱 米 斤 度 元 个 岁 天 楼 公里 千瓦 千克 到 比 加 等于 又 几 多 初 正月 农历 民国 下午 今天 电话 ' +
    '一直 十分 三明治 七国集团 二百五 一点 两点一线 双十一 后 年代 届 的 页 行 角 差 零五 姨 李 里铺 这个月 小时 秒 G ， 。 3 15 . A 人'
  ).split(' ');
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((some) => some.join('')),
    fc.string({ unit: 'grapheme' }),
  );

  it.each([{}, { large: 'digits', weekdays: true }])('edits are steady with %j', (given) => {
    expectSteadyEdits(numbers, texts, { given, languages: ['zh', 'yue'] });
  });

  it.each([
    '一',
    '三点',
    '一百',
    '百分之',
    '零',
    '二零二六年三月五号到',
    '三到',
    '幺三八',
    '负三分之',
    '周三',
    '点三',
    '第三页',
    '一天，',
    '一杯水，二',
    '这个月十',
    '李十三',
    '，',
    '万',
  ])('ten thousand characters of %s take milliseconds', (piece) => {
    const text = piece.repeat(Math.ceil(10_000 / piece.length)).slice(0, 10_000);
    // The least of its own time, since the machine may do other work too.
    const took = Array.from({ length: 5 }, () => {
      const began = process.cpuUsage();
      numbers.edits([segment(text, 'zh')], read(numbers, {}));
      return process.cpuUsage(began).user / 1000;
    });
    expect(Math.min(...took)).toBeLessThan(50);
  });
});
