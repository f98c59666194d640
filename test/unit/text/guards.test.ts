import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../workflows/text/edit.ts';
import { guards } from '../../../workflows/text/guards.ts';
import { CREDITS } from '../../../workflows/text/guards/credits.ts';
import { THANKS } from '../../../workflows/text/guards/thanks.ts';
import type { TextSegment } from '../../../workflows/text/step.ts';
import { segment, textsAfter } from './after.ts';
import { expectSteadyEdits } from './properties.ts';

type Heard = Partial<TextSegment>;

/** Speech that nobody doubts; silence that a recogniser filled; and what may be either. */
const CLEAR: Heard = { confidence: 0.95, noSpeech: 0.01 };
const SILENT: Heard = { confidence: 0.4, noSpeech: 0.8 };
const UNSURE: Heard = { confidence: 0.4, noSpeech: 0.05 };
const UNKNOWN: Heard = { confidence: 0.4, noSpeech: null };

/** What is left of a segment, and by which rules. */
function guard(text: string, heard: Heard): [left: string, ...rules: string[]] {
  const one = segment(text, 'zh', heard);
  const edits = guards.edits([one], {})[0]!;
  return [applyEdits({ text }, edits).text, ...edits.map(({ rule }) => rule)];
}

describe('guards', () => {
  // What projects that use Whisper report that it writes over silence.
  it.each<[string, Heard]>([
    ['字幕由Amara.org社区提供', UNSURE],
    ['字幕由 Amara.org 社區提供', UNKNOWN],
    ['字幕by索兰娅', { confidence: 0.9, noSpeech: 0.44 }],
    ['字幕 BY 索蘭婭', UNSURE],
    ['請不吝點贊 訂閱 轉發 打賞支持明鏡與點點欄目', UNKNOWN],
    ['请不吝点赞、订阅、转发、打赏支持明镜与点点栏目。', UNSURE],
    ['優優獨播劇場——YoYo Television Series Exclusive', UNSURE],
    ['字幕by索兰娅 感谢观看', UNSURE],
    ['Subtitles by the Amara.org community', UNKNOWN],
    ['ＳＵＢＴＩＴＬＥＳ ＢＹ ＴＨＥ ＡＭＡＲＡ．ＯＲＧ ＣＯＭＭＵＮＩＴＹ', UNSURE],
    ['Субтитры сделал DimaTorzok', UNSURE],
    ['Редактор субтитров А.Семкин Корректор А.Егорова', UNSURE],
    ["Sous-titres réalisés para la communauté d'Amara.org", UNSURE],
    ['Untertitelung des ZDF, 2020', { confidence: 0.9, noSpeech: 0.3 }],
    ['Untertitel im Auftrag des ZDF für funk, 2017', UNSURE],
    ['Altyazı M.K.', UNSURE],
    // A signature said in a fifth of the time it takes.
    ['Untertitelung des ZDF, 2020', { ...CLEAR, end: 0.2 }],
  ])('drops the credits %s', (text, heard) => {
    expect(guard(text, heard)).toEqual(['', 'invented-credits']);
  });

  it.each<[string, Heard]>([
    ['谢谢观看', SILENT],
    ['謝謝大家觀看！', SILENT],
    ['Thanks for watching!', SILENT],
    ['THANK YOU FOR WATCHING.', { confidence: 0.7, noSpeech: 0.6, end: 20 }],
    ['Thank you for watching! Please subscribe to our channel!', SILENT],
    ['Thanks for watching! Thanks for watching! Thanks for watching!', SILENT],
    ['Продолжение следует...', SILENT],
    ['ご視聴ありがとうございました', SILENT],
    ['시청해주셔서 감사합니다!', SILENT],
    ['MBC 뉴스 이덕영입니다.', SILENT],
    ['Vielen Dank für’s Zuschauen!', SILENT],
    ['Suscríbete', { confidence: 0.3, noSpeech: 0.2, end: 15 }],
    ['Thanks for watching', { confidence: 0.3, noSpeech: 0.2, end: 0.2 }],
  ])('drops the thanks %s', (text, heard) => {
    expect(guard(text, heard)).toEqual(['', 'invented-thanks']);
  });

  it.each<[text: string, heard: Heard, left: string]>([
    ['谢谢谢谢谢谢谢谢谢谢谢谢', SILENT, '谢谢'],
    ['the the the the the the cat', SILENT, 'the cat'],
    ['I think the the THE the the, the', SILENT, 'I think the'],
    ['我们来看一下。我们来看一下。我们来看一下。我们来看一下。我们来看一下。', SILENT, '我们来看一下。'],
    ['我们来看一下我们来看一下我们来看一下我们来看一下我们来看一下我们来', SILENT, '我们来看一下'],
    ['thank you, Mr. President, '.repeat(12).trim(), SILENT, 'thank you, Mr. President,'],
    ['好的好的好的好的好的好的，我们走', SILENT, '好的，我们走'],
    ['哈哈哈哈哈哈哈哈哈哈哈哈', SILENT, '哈哈'],
    // As sure as may be, and nobody speaks 40 syllables a second.
    ['我觉得可以'.repeat(40), CLEAR, '我觉得可以'],
    // A loop of what has a loop in it.
    [`${'la la la la la la do '.repeat(6)}`.trim(), SILENT, 'la do'],
  ])('cuts the loop %s', (text, heard, left) => {
    const [after, ...rules] = guard(text, heard);
    expect([after, [...new Set(rules)]]).toEqual([left, ['loop']]);
  });

  it('drops a loop of what is invented', () => {
    expect(guard('谢谢观看'.repeat(30), SILENT)).toEqual(['', 'invented-thanks']);
  });

  it.each<[text: string, heard: Heard, why: string]>([
    ['谢谢观看', CLEAR, 'a speaker thanks'],
    ['Thanks for watching!', CLEAR, 'a speaker thanks'],
    ['谢谢大家观看', { confidence: 0.3, noSpeech: null }, 'nobody knows'],
    ['Thanks for watching!', UNSURE, 'an unsure recogniser alone'],
    ['Thanks for watching!', { confidence: 0.7, noSpeech: 0.6 }, 'a likely silence alone'],
    ['Thanks for watching!', { confidence: 0.7, noSpeech: 0.1, end: 12 }, 'a long time alone'],
    ['字幕由我们的团队提供', CLEAR, 'said, and nobody doubts it'],
    ['Thank you.', SILENT, 'on no list'],
    ['谢谢', SILENT, 'on no list'],
    ['谢谢观看，下面我们来讲第二章', SILENT, 'more than thanks'],
    ['今天的节目由我们提供', SILENT, 'no subtitles'],
    ['我来解释一下字幕由谁来提供翻译', SILENT, 'a sentence about subtitles'],
    ['Please subscribe to the newsletter before Friday', SILENT, 'another subscription'],
    ['The subtitles by the Amara.org community are good', SILENT, 'a sentence about them'],
    ['Спасибо за внимание к деталям', SILENT, 'a sentence about attention'],
    ['no no no no no', UNSURE, 'said five times'],
    ['对对对对', UNSURE, 'said four times'],
    ['对对对对对对对', UNSURE, 'seven characters'],
    ['ha ha ha ha', UNSURE, 'laughter'],
    ['很好很好', UNSURE, 'said twice'],
    ['我知道我知道我知道我知道', UNSURE, 'said four times'],
    ['八八八八八八八八八八', UNSURE, 'digits'],
    ['000000000000', UNSURE, 'digits'],
    ['1 1 1 1 1 1 1 1 1 1', UNSURE, 'digits'],
    ['one two one two one two one two one two', UNSURE, 'digits as words'],
    ['一二一二一二一二一二', UNSURE, 'marching'],
    ['no no no no no no no no', { confidence: 0.7, noSpeech: 0.05 }, 'surely said, in time'],
    [
      '对对对对对对对对，你说得对',
      { confidence: 0.55, noSpeech: 0.01, end: 8 },
      'an unsure recogniser alone',
    ],
    ['no no no no no no, wait', UNSURE, 'an unsure recogniser alone'],
    ['对对对对对对对对对对', { confidence: 1, noSpeech: null, start: 0, end: 0 }, 'nobody knows'],
    ['词曲李宗盛', { confidence: 0.95, noSpeech: null, end: 2 }, 'surely said, as far as is known'],
    ['加油加油加油加油加油加油加油', { confidence: 0.7, noSpeech: 0.05 }, 'a crowd'],
    ['看看书，看看报，看看电视，看看风景，看看海', UNSURE, 'a list'],
    ['', SILENT, 'nothing'],
    ['♪', SILENT, 'no letters'],
  ])('keeps %s', (text, heard) => {
    expect(guard(text, heard)).toEqual([text]);
  });

  it('drops what segments repeat unsurely, but for the first', () => {
    const said = (text: string, times: number, heard: Heard) =>
      Array.from({ length: times }, () => segment(text, 'zh', heard));
    const after = (...segments: TextSegment[][]) => textsAfter(guards, segments.flat());
    expect(after(said('我们走吧', 4, SILENT))).toEqual(['我们走吧', '', '', '']);
    expect(after(said('我們走吧', 2, SILENT), said('我们走吧。', 3, SILENT))).toEqual([
      '我們走吧',
      '',
      '',
      '',
      '',
    ]);
    expect(after(said('我们走吧', 3, SILENT))).toEqual(Array(3).fill('我们走吧'));
    // Whoever answers four questions with the same word is heard.
    expect(after(said('对。', 4, UNSURE))).toEqual(Array(4).fill('对。'));
    expect(after(said('我们走吧', 5, { confidence: 0.6 }))).toEqual(Array(5).fill('我们走吧'));
    expect(after(said('八八', 5, SILENT))).toEqual(Array(5).fill('八八'));
    expect(after(said('走', 2, SILENT), said('停', 1, SILENT), said('走', 2, SILENT))).toEqual([
      '走',
      '走',
      '停',
      '走',
      '走',
    ]);
    // What lies between them and is dropped is no longer between them.
    expect(after(said('走', 2, SILENT), said('谢谢观看', 1, SILENT), said('走', 2, SILENT))).toEqual([
      '走',
      '',
      '',
      '',
      '',
    ]);
  });

  it('finds every phrase of its lists, whatever is in their gaps', () => {
    for (const phrase of CREDITS)
      expect(guard(phrase.replaceAll('*', ' X 2020 '), UNSURE)).toEqual(['', 'invented-credits']);
    for (const phrase of THANKS)
      expect([phrase, guard(phrase.replaceAll('*', ' 이 '), SILENT)[0]]).toEqual([phrase, '']);
  });

  it('edits steadily', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '谢谢',
        '观看',
        '谢谢观看',
        '字幕by',
        '由',
        'the ',
        'the',
        ' ',
        '，',
        '对',
        '八',
        '1 ',
        'Thanks for watching! ',
        '啊𠮷',
      ),
      { maxLength: 30 },
    );
    const repeated = fc
      .tuple(pieces, fc.nat(12))
      .map(([all, times]) => all.join('').repeat(times).slice(0, 300));
    const heard = fc.record({
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      noSpeech: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      end: fc.double({ min: 0, max: 30, noNaN: true }),
    });
    const texts = fc.oneof(
      pieces.map((all) => all.join('')),
      repeated,
      fc.string({ unit: 'grapheme' }),
    );
    const sections = fc.array(
      fc.tuple(texts, heard).map(([text, more]) => segment(text, 'zh', more)),
      { maxLength: 8 },
    );
    expectSteadyEdits(guards, texts);
    const guarded = (segments: readonly TextSegment[]) => {
      const left = textsAfter(guards, segments);
      return segments.map((one, index) => ({ ...one, text: left[index]! })).filter(({ text }) => text !== '');
    };
    fc.assert(
      fc.property(sections, (segments) => {
        const once = guarded(segments);
        expect(guarded(once)).toEqual(once);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('takes milliseconds for 10,000 characters', () => {
    for (const text of [
      '谢谢'.repeat(5000),
      'the cat sat on a '.repeat(588),
      '字幕by'.repeat(2000),
      '我很好'.repeat(20),
    ]) {
      const begun = performance.now();
      guard(text, UNSURE);
      expect(performance.now() - begun).toBeLessThan(2000);
    }
  });
});
