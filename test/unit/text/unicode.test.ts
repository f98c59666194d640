import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unicode } from '../../../workflows/text/unicode.ts';
import { read, segment, textAfter } from './after.ts';
import { expectSteadyEdits } from './properties.ts';

type Case = [source: string, language: string, before: string, after?: string];

describe('characters', () => {
  it.each<Case>([
    ['UAX 15: composed', 'fr', 'cafe\u0301', 'café'],
    ['UAX 15: voiced kana', 'ja', 'か\u3099', 'が'],
    ['UAX 15: Hangul', 'ko', '\u1112\u1161\u11ab글', '한글'],
    ['UAX 15: order of marks', 'vi', 'e\u0302\u0323', 'ệ'],
    ['UAX 15: the Kelvin sign', 'en', '3\u212a', '3K'],
    ['UAX 15: not a compatibility form', 'ja', '㍿①ｱ'],
    ['UAX 15: composed already', 'vi', 'Việt Nam'],
    ['Unicode 23.1: a control character', 'en', 'a\u0007b\u009fc', 'abc'],
    ['Unicode 23.2: a zero-width space', 'zh', '你\u200b好\ufeff', '你好'],
    ['Unicode 23.2: a word joiner and a soft hyphen', 'en', 'so\u00adft\u2060ly', 'softly'],
    ['UAX 9: marks of direction', 'he', '\u202bשלום\u202c \u200fעולם\u2069', 'שלום עולם'],
    ['Unicode 23.8: a replacement character', 'zh', '你\ufffd\ufffd好', '你好'],
    ['Unicode 3.9: a lone surrogate', 'en', 'a\ud83db\ude00', 'ab'],
    ['Unicode 3.9: surrogates that a removal must not join', 'en', 'a\ud83d\u200b\ude00b', 'ab'],
    ['UTS 51: a family', 'en', '👩\u200d👩\u200d👧'],
    ['UTS 51: a skin tone and a variation selector', 'en', '👩🏽\u200d🚀 🏳\ufe0f\u200d🌈'],
    ['UTS 51: a joiner with nothing to join', 'en', 'hi 👩\u200d you\u200d', 'hi 👩 you'],
    ['Unicode 9.2: Persian', 'fa', 'می\u200cخواهم'],
    ['Unicode 12.1: a half form of Devanagari', 'hi', 'क्\u200dष क्\u200cष'],
    ['Unicode 13.2: Sinhala', 'si', 'ශ්\u200dරී'],
    ['a non-joiner between Latin letters', 'de', 'Auf\u200clage', 'Auflage'],
    ['a joiner twice', 'fa', 'می\u200c\u200cخواهم', 'می\u200cخواهم'],
    ['only what is removed', 'zh', ' \u200b\u3000\ufffd', ''],
    ['nothing', 'en', ''],
  ])('%s (%s): %j', (_, language, before, after = before) => {
    expect(textAfter(unicode, before, language)).toBe(after);
  });
});

describe('spaces', () => {
  it.each<Case>([
    ['runs', 'en', ' a \t b\r\nc  ', 'a b c'],
    ['a no-break space', 'en', 'a\u00a0b\u202fc', 'a b c'],
    ['an ideographic space between Latin', 'en', 'Hello\u3000world', 'Hello world'],
    ['clreq: between Han, a pause', 'zh', '你好 我来\u3000了', '你好 我来 了'],
    ['clreq: a line break between Han', 'zh', '你好\n世界', '你好 世界'],
    ['clreq: Han and full-width marks', 'zh', '你好， 世界', '你好，世界'],
    ['jlreq: kana', 'ja', 'こんにちは\u3000世界', 'こんにちは 世界'],
    ['Korean has spaces', 'ko', '안녕 하세요 大韓 民國'],
    ['Thai has spaces', 'th', 'สวัสดี ครับ'],
    ['clreq: a word among Han', 'zh', '我用iPhone打电话', '我用 iPhone 打电话'],
    ['clreq: a word that has its spaces', 'zh', '我用 iPhone 打电话'],
    ['clreq: too many', 'zh', '我用  iPhone\u3000打', '我用 iPhone 打'],
    ['clreq: a word with digits', 'zh', '看GPT-4o和web3网', '看 GPT-4o 和 web3 网'],
    ['clreq: four capitals', 'zh', '去NASA看', '去 NASA 看'],
    ['clreq: a short word that is no code', 'zh', '用Go写个app吧', '用 Go 写个 app 吧'],
    ['现代汉语词典: words that begin with letters', 'zh', '穿T恤做B超，照X光，买A股，上B站'],
    ['现代汉语词典: a word that ends in letters', 'zh', '去卡拉OK，实行AA制'],
    ['a word with letters, heard with spaces', 'zh', '穿 T 恤 去卡拉 OK 吧'],
    ['a word with letters, heard with one space', 'zh', '用 PC机和U 盘'],
    ['a generation or a dimension, in words', 'zh', '五G手机和三D打印，二X'],
    ['a generation or a dimension, in digits', 'zh', '5G手机和3D打印，看 4K 片'],
    ['a train, a flight and a number plate, in words', 'zh', '坐K一零三次和MU五一三八，开京A一二三四五'],
    ['a train, a flight and a number plate, in digits', 'zh', '坐K103次和MU5138，开京A12345'],
    ['a number behind an abbreviation', 'zh', '看CH 5 台'],
    ['a code in Cantonese', 'yue', '買件T恤'],
    ['JTF 3.1.1: a code', 'ja', '新しい PC を買う', '新しいPCを買う'],
    ['clreq: words', 'yue', '我去Times Square食飯', '我去 Times Square 食飯'],
    ['a word with an accent', 'zh', '喝café吧', '喝 café 吧'],
    ['GB/T 15835: a date', 'zh', '3 月 5 日', '3月5日'],
    ['GB/T 15835: an ordinal', 'zh', '第 3 章', '第3章'],
    ['GB/T 15835: a number and its unit', 'zh', '共 1234 万人', '共1234万人'],
    ['a number closed up already', 'zh', '2026年3月5日10:30到'],
    ['a number of a name', 'zh', '装 Windows 11 系统'],
    ['a number in an English sentence', 'en', 'say 三 3 times'],
    ['clreq: beside full-width marks', 'zh', '你好，world！'],
    ['beside a half-width mark', 'zh', '涨5%的, ok!的'],
    ['a word that ends in signs', 'zh', '学C++语言', '学 C++ 语言'],
    ['JTF 3.1.1: Japanese and Latin', 'ja', '新しい iPhone 15 を買う', '新しいiPhone 15を買う'],
    ['JTF 3.1.1: closed up', 'ja', 'Tシャツ'],
    ['full-width letters are as wide as Han', 'zh', '买Ａ股'],
    ['a URL ends before Han', 'zh', '看https://a.cn/b吧', '看 https://a.cn/b 吧'],
    ['RFC 3987: Han in a URL', 'zh', '见 https://zh.org/wiki/中国abc_第3章'],
    ['an e-mail address', 'zh', '发到a.b@c.cn吧', '发到 a.b@c.cn 吧'],
    ['Cyrillic is no Latin', 'zh', '说да吧'],
    ['astral Han', 'zh', '𠮷野家ok', '𠮷野家 ok'],
  ])('%s (%s): %j', (_, language, before, after = before) => {
    expect(textAfter(unicode, before, language)).toBe(after);
  });
});

it('changes no more than it names', () => {
  const [edits] = unicode.edits([segment('用 cafe\u0301好\u200b的', 'zh')], {});
  expect(edits).toEqual([
    { start: 5, end: 6, text: 'é', rule: 'nfc' },
    { start: 6, end: 6, text: ' ', rule: 'cjk-latin' },
    { start: 6, end: 7, text: '', rule: 'nfc' },
    { start: 8, end: 9, text: '', rule: 'zero-width' },
  ]);
});

it('has no options', () => {
  expect(read(unicode, {})).toEqual({});
  expect(() => read(unicode, { spaces: true })).toThrow(
    expect.objectContaining({ code: 'LH_PIPELINE_INVALID' }),
  );
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        '你',
        '好',
        '𠮷',
        'か',
        '한',
        'a',
        'é',
        'IBM',
        '3',
        '10:30',
        '，',
        '.',
        '-',
        ' ',
        '\u3000',
        '\t',
        '\n',
      ],
      ...['\u0301', '\u3099', '\u1161', '\u11ab', '\u200b', '\u200c', '\u200d', '\u200e', '\ufffd', '\u0007'],
      ...['👩', '🏽', 'क', '्', 'م', 'https://a.cn/', '中', '\ud83d', '\ude00', '\u212b', '\u0338'],
    ),
    fc.string({ unit: 'grapheme', maxLength: 2 }),
  );
  const languages = ['zh', 'ja', 'ko', 'en', 'fa'];

  it.each([
    ['pieces', fc.array(piece, { maxLength: 16 }).map((all) => all.join(''))],
    ['graphemes', fc.string({ unit: 'grapheme' })],
    ['code points', fc.string({ unit: 'binary' })],
  ])('is changed once (%s)', (_, texts) => {
    expectSteadyEdits(unicode, texts, { languages });
  });

  it('loses no letter or digit', () => {
    const kept = (text: string) => text.normalize('NFC').match(/[\p{L}\p{N}]/gu) ?? [];
    const texts = fc.array(piece, { maxLength: 16 }).map((all) => all.join('').replace(/\p{Cs}/gu, ''));
    fc.assert(
      fc.property(texts, fc.constantFrom(...languages), (text, language) => {
        const visible = text.replace(/[\p{Cc}\p{Cf}\ufffd]/gu, '');
        expect(kept(textAfter(unicode, text, language))).toEqual(kept(visible));
      }),
    );
  });

  it('takes milliseconds, however long', () => {
    for (const hard of ['\u0301', '你 ', 'a你', ' ', 'http://a/中', '\u200d', '1,', '👩\u200d', '한 ']) {
      const text = hard.repeat(10_000 / hard.length);
      const before = process.cpuUsage();
      textAfter(unicode, text, 'zh');
      expect([hard, process.cpuUsage(before).user < 500_000]).toEqual([hard, true]);
    }
  });
});
