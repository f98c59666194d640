import fc from 'fast-check';
import { configs } from 'opencc-js/preset/t2cn';
import { describe, expect, it } from 'vitest';
import { terms } from '../../../../workflows/text/terms.ts';
import { readingsOf } from '../../../../workflows/text/terms/readings.ts';
import { read, segment, textAfter } from '../after.ts';
import { expectSteadyEdits } from '../properties.ts';

const LIST = [
  '长城',
  '长城汽车',
  '重庆',
  '银行卡',
  '隆汉德',
  '仁公',
  '公司',
  '乐高',
  '女娲',
  '乾隆',
  '廈門',
  '权利',
  '权力',
  'Longhand',
  '云',
  '卡拉OK',
  { write: 'Kubernetes', heard: ['库伯内特斯'] },
];

const given = { terms: LIST, sound: true };

/** Readings are those of 现代汉语词典, 7th edition. */
describe('terms by sound', () => {
  it.each([
    ['other characters of the same syllables', '他买了龙翰德', '他买了隆汉德'],
    ['in another tone: 隆 lóng, 拢 lǒng', '拢汗得', '隆汉德'],
    ['the longest', '长成气车很好', '长城汽车很好'],
    ['a term with the beginning of it written', '长城气车', '长城汽车'],
    ['a reading that depends on the word: 重庆 Chóngqìng', '去虫庆', '去重庆'],
    ['a reading that depends on the word: 银行 yínháng', '引航卡', '银行卡'],
    ['ü, which is not u: 女 nǚ', '女蛙补天', '女娲补天'],
    ['the same word in the other script', '去重慶', '去重庆'],
    ['traditional characters by their reading in the word: 銀行', '銀行咖', '银行卡'],
    ['a term in traditional characters', '去夏门', '去廈門'],
    ['乾 qián, not 干 gān', '前龙皇帝', '乾隆皇帝'],
    ['a spelling that is heard', '部署到库博内特司上', '部署到Kubernetes上'],
    ['twice', '龙汉德,龙汉德', '隆汉德,隆汉德'],
  ])('writes %s', (_, heard, expected) => {
    expect(textAfter(terms, heard, 'zh', given)).toBe(expected);
  });

  it.each([
    ['a reading that the word does not have: 章 zhāng', '公司的章程'],
    ['a reading that the word does not have: 中 zhōng', '中青旅'],
    ['what sounds nearly so: 昌 chāng, 常成 chángchéng is another syllable than 场景 chǎngjǐng', '场景'],
    ['l for n: 路挖', '路挖'],
    ['z for zh, s for sh, n for ng', '藏城, 长沉'],
    ['u for ü: 奴 nú', '奴娲'],
    ['le for yue: 乐高 Lègāo, 月高', '月高'],
    ['a part of a term that is written: 人公 of 公司', '他人公司'],
    ['two terms that sound alike', '全力, 权利, 权力'],
    ['one character', '运'],
    ['a term with other letters', '咔啦OK'],
    ['with something between: 长,成', '长,成 长 成 长a成'],
    ['syllables of Latin letters', 'chang cheng, chong qing'],
  ])('leaves %s', (_, text) => {
    expect(textAfter(terms, text, 'zh', given)).toBe(text);
  });

  it('are looked for in Mandarin alone', () => {
    for (const language of ['ja', 'yue', 'ko', 'en']) {
      expect(textAfter(terms, '龙翰德', language, given)).toBe('龙翰德');
    }
  });

  it('change the characters that differ, and say why', () => {
    expect(terms.edits([segment('坐长城气车', 'zh')], read(terms, given))).toEqual([
      [{ start: 3, end: 4, text: '汽', rule: 'by-sound' }],
    ]);
  });

  it('settle', { timeout: 60_000 }, () => {
    const pieces = [
      ...'长城成程章重庆虫中青银行引航卡隆龙汉翰德得仁人公司乐高月女娲奴乾前廈夏門权全利力,a 着了地',
    ];
    const texts = fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((all) => all.join('')),
      fc.string({ unit: 'grapheme' }),
    );
    expectSteadyEdits(terms, texts, { given, languages: ['zh'] });
  });

  it('takes little time for ten minutes of speech and the longest list', { timeout: 30_000 }, () => {
    const han = (index: number) => String.fromCharCode(0x4e00 + (index % 3000));
    const longest = Array.from({ length: 5000 }, (_, index) =>
      [index, 7 * index, 13 * index + 1, 3 * index + Math.floor(index / 3000)].map(han).join(''),
    );
    const options = read(terms, { terms: [...new Set(longest)], sound: true });
    const text = '今天我们讨论银行的业务和重庆的分行,'.repeat(200);
    terms.edits([segment('长城', 'zh')], options);
    const before = process.cpuUsage();
    expect(terms.edits([segment(text, 'zh')], options)).toHaveLength(1);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(500);
  });
});

describe('readings', () => {
  it('are one a character, also of traditional ones, whatever the phrase', { timeout: 60_000 }, () => {
    const phrases = configs['t2s']!.conversionChain.flat(2).join('|').split('|');
    const isUneven = ([from = '', to = '']: string[]) => [...from].length !== [...to].length;
    expect(phrases.map((phrase) => phrase.split(' ')).filter(isUneven)).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0x3400, max: 0x9fff }), { maxLength: 30 }), (points) => {
        expect(readingsOf(String.fromCodePoint(...points))).toHaveLength(points.length);
      }),
    );
  });
});
