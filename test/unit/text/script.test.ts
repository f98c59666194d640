import fc from 'fast-check';
import { ConverterBuilder } from 'opencc-js/core';
import * as preset from 'opencc-js/preset';
import { describe, expect, it } from 'vitest';
import type { LonghandError } from '../../../workflows/errors.ts';
import { script } from '../../../workflows/text/script.ts';
import { allEntries } from '../../../workflows/text/script/dictionary.ts';
import { REGIONAL, SIMPLIFIED, TRADITIONAL } from '../../../workflows/text/script/opencc.ts';
import { read, segment, textAfter, textsAfter } from './after.ts';
import { expectSteadyEdits } from './properties.ts';

type Targets = Partial<Record<'cn' | 't' | 'tw' | 'twp' | 'hk', string>>;

const to = (target: string, text: string, language = 'zh') =>
  textAfter(script, text, language, { to: target });

describe('script', () => {
  // 通用规范汉字表 (2013), annex 1: one simplified character, several traditional ones.
  // tw: 國字標準字體 (Taiwan's Ministry of Education); hk: 常用字字形表 (Hong Kong's Education Bureau).
  it.each<[text: string, targets: Targets]>([
    ['他的头发很长', { cn: '他的头发很长', t: '他的頭髮很長', tw: '他的頭髮很長', hk: '他的頭髮很長' }],
    ['我发现了', { tw: '我發現了' }],
    ['后天见', { tw: '後天見' }],
    ['后天', { tw: '後天' }],
    ['皇后来了', { tw: '皇后來了' }],
    ['衣服很干净', { tw: '衣服很乾淨' }],
    ['这个干部很能干', { tw: '這個幹部很能幹' }],
    ['天干地支', { tw: '天干地支' }],
    ['请勿干涉', { tw: '請勿干涉' }],
    ['吃一碗面条', { t: '喫一碗麪條', tw: '吃一碗麵條', hk: '吃一碗麪條' }],
    ['我们面对困难', { tw: '我們面對困難' }],
    ['他在里面', { t: '他在裏面', tw: '他在裡面', hk: '他在裏面' }],
    ['还有三公里', { tw: '還有三公里' }],
    ['去台湾', { t: '去臺灣', tw: '去臺灣', hk: '去台灣' }],
    ['去台灣', { cn: '去台湾', t: '去臺灣', tw: '去臺灣', hk: '去台灣' }],
    ['台风来了', { tw: '颱風來了' }],
    ['臺面上', { tw: '檯面上', hk: '枱面上' }],
    ['他为什么说这个', { t: '他爲什麼說這個', tw: '他為什麼說這個', hk: '他為什麼説這個' }],
    ['看着我', { t: '看着我', tw: '看著我', hk: '看着我' }],
    ['一只猫和一只手', { tw: '一隻貓和一隻手' }],
    ['只有这个系统', { tw: '只有這個系統' }],
    ['没有关系', { tw: '沒有關係' }],
    ['放松一下', { tw: '放鬆一下' }],
    ['制造业的制度', { tw: '製造業的制度' }],
    ['周末见周先生', { tw: '週末見周先生' }],
    // 百家姓: 于, 余, 范 and 郁 are surnames, written so in both scripts.
    ['于老师说得对', { t: '于老師說得對', tw: '于老師說得對', twp: '于老師說得對', hk: '于老師説得對' }],
    ['我问余总和范经理', { tw: '我問余總和范經理' }],
    ['郁医生、余律师、范同学们', { tw: '郁醫生、余律師、范同學們' }],
    ['向于老师请教', { tw: '向于老師請教' }],
    ['于总经理说', { tw: '于總經理說' }],
    ['余华写的', { tw: '余華寫的' }],
    ['余光中和余秋雨说', { tw: '余光中和余秋雨說' }],
    ['于右任、郁达夫、范文芳', { tw: '于右任、郁達夫、范文芳' }],
    ['于老師说', { tw: '于老師說' }],
    ['关于老师的问题', { tw: '關於老師的問題' }],
    ['终于院长说', { tw: '終於院長說' }],
    ['求助于律师们', { tw: '求助於律師們' }],
    ['业余老师', { tw: '業餘老師' }],
    ['其余华人们', { tw: '其餘華人們' }],
    ['示范老师们', { tw: '示範老師們' }],
    ['忧郁同学们', { tw: '憂鬱同學們' }],
    ['低于总体', { tw: '低於總體' }],
    ['小于总和', { tw: '小於總和' }],
    ['限于总量', { tw: '限於總量' }],
    ['于总体上说', { tw: '於總體上說' }],
    ['剩余的', { tw: '剩餘的' }],
    // 國語辭典: 乾, to empty a glass; 云云, so and so.
    ['他干了一杯，我干了三杯，说', { tw: '他乾了一杯，我乾了三杯，說' }],
    ['我们干了这杯', { tw: '我們乾了這杯' }],
    ['我先干为敬', { t: '我先乾爲敬', tw: '我先乾為敬' }],
    ['我们干杯', { tw: '我們乾杯' }],
    ['他干了一件事，说', { tw: '他幹了一件事，說' }],
    ['说云云众生', { tw: '說云云眾生' }],
    // What is heard in traditional is made simplified.
    ['頭髮發白', { cn: '头发发白' }],
    ['乾隆皇帝說要乾杯', { cn: '乾隆皇帝说要干杯' }],
    ['瞭望塔上看得很瞭解', { cn: '瞭望塔上看得很了解' }],
    ['他看著我說', { cn: '他看着我说', hk: '他看着我説', tw: '他看著我說' }],
    ['一位著名的作家說', { cn: '一位著名的作家说', hk: '一位著名的作家説' }],
    ['效果顯著', { cn: '效果显著', hk: '效果顯著' }],
    ['我哋説嘢', { cn: '我哋说嘢', tw: '我哋說嘢' }],
    ['裡面的牀', { cn: '里面的床', tw: '裡面的床', hk: '裏面的牀' }],
    // Both in one text.
    ['我們发现頭发很乾净', { cn: '我们发现头发很干净', tw: '我們發現頭髮很乾淨' }],
    ['皇后說后来的事', { cn: '皇后说后来的事', tw: '皇后說後來的事' }],
    ['说話', { cn: '说话', tw: '說話', hk: '説話' }],
    ['軟件和数據', { cn: '软件和数据', tw: '軟件和數據' }],
    // Taiwan's words (OpenCC, TWPhrases).
    ['打开软件', { tw: '打開軟件', twp: '開啟軟體' }],
    ['打印机和鼠标', { twp: '印表機和滑鼠' }],
    ['互联网时代', { twp: '網際網路時代' }],
    ['寫程序用的軟件', { twp: '寫程序用的軟體' }],
    ['这个文档', { twp: '這個文件' }],
    ['这个进程', { twp: '這個程序' }],
    ['最高级别', { twp: '最高級別' }],
  ])('%s', (text, targets) => {
    for (const [target, expected] of Object.entries(targets)) {
      expect([target, to(target, text)]).toEqual([target, expected]);
    }
  });

  it.each<[text: string, language: string, targets: string[], why: string]>([
    ['国会で発言した', 'ja', ['tw', 'cn'], 'Japanese'],
    ['学生会館', 'ja', ['tw', 'cn'], 'Japanese without kana'],
    ['大韓民國', 'ko', ['cn'], 'Korean'],
    ['他说「ありがとう」就走了', 'zh', ['tw', 'cn'], 'kana in a Chinese segment'],
    ['他說안녕하세요', 'zh', ['cn'], 'hangul in a Chinese segment'],
    ['头发', 'en', ['tw'], 'heard as English'],
    ['OpenAI 2026 café', 'zh', ['cn', 'tw', 'twp', 'hk'], 'Latin'],
    ['皇后說去公里外', 'zh', ['t', 'tw'], 'a queen and a mile in traditional'],
    ['余先生說他姓余', 'zh', ['tw'], 'a surname in traditional'],
    ['周杰倫的歌', 'zh', ['tw'], 'a name in traditional'],
    ['老么說', 'zh', ['tw'], 'the youngest child in Taiwan'],
    ['茶几與小丑', 'zh', ['tw'], 'shared characters in traditional'],
    ['乾隆年间', 'zh', ['cn'], 'a traditional character that is simplified as well'],
    ['一部显著的著作', 'zh', ['cn'], '著 in simplified'],
    ['变徵之声', 'zh', ['cn'], 'a note of the old scale'],
    ['張楚徵聲說', 'zh', ['tw'], 'traditional already'],
    ['', 'zh', ['cn', 'tw'], 'nothing'],
    ['\u{20BB7}野家', 'zh', ['cn', 'tw'], 'a character beyond the basic plane'],
  ])('%s (%s) stays', (text, language, targets) => {
    for (const target of targets) expect([target, to(target, text, language)]).toEqual([target, text]);
  });

  it('converts Cantonese, and around the middle dot of foreign names', () => {
    expect(to('hk', '我哋讲紧嘢', 'yue')).toBe('我哋講緊嘢');
    expect(to('tw', '约翰・史密斯')).toBe('約翰・史密斯');
  });

  it('reads what both scripts write as the rest of the section is written', () => {
    const after = (...texts: string[]) =>
      textsAfter(
        script,
        texts.map((text) => segment(text, 'zh')),
        { to: 'tw' },
      );
    expect(after('余先生', '我們說')).toEqual(['余先生', '我們說']);
    expect(after('后来', '我们说')).toEqual(['後來', '我們說']);
    expect(after('后来')).toEqual(['後來']);
  });

  it('edits no more than what differs', () => {
    const edits = (text: string, target: string) =>
      script.edits([segment(text, 'zh')], read(script, { to: target }))[0];
    expect(edits('我们在互联网上', 'twp')).toEqual([
      { start: 1, end: 2, text: '們', rule: 'to-twp' },
      { start: 3, end: 6, text: '網際網路', rule: 'to-twp' },
    ]);
    expect(edits('用打印机', 'twp')).toEqual([{ start: 1, end: 4, text: '印表機', rule: 'to-twp' }]);
    expect(edits('头发很干净', 'tw')).toEqual([
      { start: 0, end: 2, text: '頭髮', rule: 'to-tw' },
      { start: 3, end: 5, text: '乾淨', rule: 'to-tw' },
    ]);
    expect(edits('𠮷頭', 'cn')).toEqual([{ start: 2, end: 3, text: '头', rule: 'to-cn' }]);
  });

  it.each([[{}], [{ to: 'zh-TW' }], [{ to: null }]])('%j names no script', (given) => {
    expect(() => read(script, given)).toThrow(
      expect.objectContaining({
        code: 'LH_PIPELINE_INVALID',
        message: expect.stringContaining('text[0].to') as string,
      }) as LonghandError,
    );
  });

  it('says of phrases what OpenCC says', () => {
    // Every 31st, ended by a character that says which script it is.
    const phrases = (sources: readonly string[], end: string) =>
      sources
        .flatMap(allEntries)
        .filter((_, index) => index % 31 === 0)
        .map(([key]) => key + end);
    for (const [from, target, all] of [
      ['cn', 'twp', phrases(SIMPLIFIED, '们')],
      ['t', 'cn', phrases(TRADITIONAL, '們')],
    ] as const) {
      const convert = ConverterBuilder(preset)({ from, to: target });
      const differing = all.filter((phrase) => to(target, phrase) !== convert(phrase));
      expect([target, differing.length < all.length / 1000]).toEqual([target, true]);
    }
  }, 60_000);

  it('leaves its own output as it is', () => {
    // 高清愿 is a slip of the data, and 幺 becomes 么 in Taiwan.
    const spoken = [...SIMPLIFIED, ...TRADITIONAL, ...REGIONAL.twp]
      .flatMap(allEntries)
      .flat()
      .filter((phrase, index) => index % 31 === 0 && !/[么幺]|高清愿/.test(phrase))
      .map((phrase) => segment(`这是${phrase}，對不對`, 'zh'));
    for (const target of ['cn', 't', 'tw', 'twp', 'hk']) {
      const once = textsAfter(script, spoken, { to: target });
      const again = once.map((text) => segment(text, 'zh'));
      expect(textsAfter(script, again, { to: target })).toEqual(once);
    }
  }, 60_000);

  it.each(['cn', 't', 'tw', 'hk', 'twp'])(
    'edits steadily to %s',
    (target) => {
      const pieces =
        '于余华总先生师老干杯一他的头发頭髮后来後來皇后干净乾淨乾隆里面裡面裏面台湾臺灣台灣软件軟件软體着著名显著什么什麼么余说說説了 OK，。か𠮷';
      const texts = fc.oneof(
        fc
          .array(
            fc.constantFrom(
              ...pieces,
              '软件',
              '互联网',
              '看著',
              '干了一杯',
              '于老师',
              '由于',
              '头发',
              '什么',
              '台湾',
            ),
          )
          .map((all) => all.join('')),
        fc.string({ unit: 'grapheme' }),
      );
      expectSteadyEdits(script, texts, { given: { to: target }, languages: ['zh', 'yue', 'en', 'ja'] });
    },
    60_000,
  );

  it('takes milliseconds for 10,000 characters', () => {
    const text = '他的头发很干净，我们发现后天皇后吃面条。'.repeat(500);
    to('twp', text);
    const begun = performance.now();
    to('twp', text);
    // Some 20 ms on a machine with nothing else to do.
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
