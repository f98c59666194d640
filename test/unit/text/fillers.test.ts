import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../workflows/text/edit.ts';
import { fillers } from '../../../workflows/text/fillers.ts';
import { read, segment, textAfter, textsAfter } from './after.ts';
import { expectSteadyEdits } from './properties.ts';

/** By language: what is said, and what stays of it. The words are those that dictionaries mark as interjections of hesitation. */
const TAKEN_OUT: [language: string, text: string, expected: string][] = [
  ['en', 'So, um, I think', 'So, I think'],
  ['en', 'Um, I think so.', 'I think so.'],
  ['en', 'um, i think', 'i think'],
  ['en', 'Um, it works.', 'It works.'],
  ['en', 'Um, iPhones work.', 'iPhones work.'],
  ['en', 'I, uh, I know', 'I, I know'],
  ['en', 'I uh think so', 'I think so'],
  ['en', 'So um, I think', 'So, I think'],
  ['en', 'So, um I think', 'So, I think'],
  ['en', 'I think so, um.', 'I think so.'],
  ['en', 'And then, um', 'And then'],
  ['en', 'I was, uh,', 'I was,'],
  ['en', 'It was… uh… nice', 'It was… nice'],
  ['en', 'It was... umm, uhhh, nice', 'It was... nice'],
  ['en', 'We—er—know', 'We—know'],
  ['en', 'Um. So it is.', 'So it is.'],
  ['en', 'So it is. Uh.', 'So it is.'],
  ['en', 'He said, “Um, that is it.”', 'He said, “That is it.”'],
  ['en', 'He said, "I know, uhm," and left.', 'He said, "I know," and left.'],
  ['en', '(So it is. Um.)', '(So it is.)'],
  ['en', 'Hmm, hm, let me see', 'Let me see'],
  ['en', 'Mm, good', 'Good'],
  ['en', 'UM, THAT IS IT', 'THAT IS IT'],
  ['en', 'Um…', ''],
  ['zh', '我，嗯，觉得', '我，觉得'],
  ['zh', '嗯，我知道。', '我知道。'],
  ['zh', '啊，呃，我知道。', '啊，我知道。'],
  ['zh', '我，啊，知道。', '我，知道。'],
  ['zh', '啊啊，我知道。', '我知道。'],
  ['zh', '啊……我知道。', '我知道。'],
  ['zh', '吃了吗？呃，吃了。', '吃了吗？吃了。'],
  ['zh', '吃了吗？我，嗯，吃了。', '吃了吗？我，吃了。'],
  ['zh', '吃了。嗯，我走了。', '吃了。我走了。'],
  ['en', 'Why? Um, I forgot.', 'Why? I forgot.'],
  ['en', 'Uh, oh, I see.', 'Oh, I see.'],
  ['en', 'uh ohm is a unit', 'ohm is a unit'],
  ['zh', '我知道，嗯嗯。', '我知道。'],
  ['zh', '我 呃 觉得', '我 觉得'],
  ['zh', '我想……额……明天去', '我想……明天去'],
  ['zh', '我，那个，明天去', '我，明天去'],
  ['zh', '那個，那個，我明天去', '我明天去'],
  ['zh', '那个那个我明天去', '我明天去'],
  ['zh', '然后,这个,他来了', '然后,他来了'],
  ['zh', '呃。我知道。', '我知道。'],
  ['zh', '他说：“呃，好。”', '他说：“好。”'],
  ['yue', '唔，我知道', '我知道'],
  ['fr', 'Euh, je ne sais pas', 'Je ne sais pas'],
  ['fr', 'je suis, heu, content', 'je suis, content'],
  ['de', 'Ich, ähm, weiß es nicht', 'Ich, weiß es nicht'],
  ['de', 'Öh, ähhh, das ist gut', 'Das ist gut'],
  ['ru', 'Э-э, я не знаю', 'Я не знаю'],
  ['ru', 'я, эм, не знаю', 'я, не знаю'],
  ['es', 'es, eh, difícil', 'es, difícil'],
  ['nl', 'Ik, ehm, weet het niet', 'Ik, weet het niet'],
  ['it', 'è, ehm, difficile', 'è, difficile'],
  ['pt', 'é, ahn, difícil', 'é, difícil'],
  ['ja', 'えーと、明日です', '明日です'],
  ['ja', '明日は、あのー、休みです', '明日は、休みです'],
  ['ja', 'えっと うーん 分かりません', '分かりません'],
  ['ko', '음, 저는 몰라요', '저는 몰라요'],
];

const KEPT: [language: string, text: string, why: string][] = [
  ['en', 'Umbrella and ermine, the drum', 'within words'],
  ['en', 'uh-huh, uh-oh, mm-hmm', 'answers'],
  ['en', 'Uh oh, it broke.', 'dismay'],
  ['en', 'And then, uh oh', 'dismay'],
  ['en', 'Hmm.', 'an answer'],
  ['en', 'Is it good? Hmm, not bad.', 'an answer to a question'],
  ['en', 'Um?', 'a question'],
  ['en', 'a nail of 5 mm is short', 'millimetres'],
  ['en', 'To err is human', 'a verb'],
  ['en', 'He works in the ER at UM', 'abbreviations'],
  ['en', 'see um.edu and uh@example.com', 'addresses'],
  ['en', 'the word “um” is short', 'the word itself'],
  ['de', 'Er kommt, er geht, um drei', '"he" and "at"'],
  ['de', 'Erfurt', 'within a word'],
  ['fr', 'il est heureux', 'within a word'],
  ['pt', 'um, dois', '"one"'],
  ['ru', 'А я, ну, не знаю', '"and" and "well"'],
  ['ru', 'буква эм в слове', 'a letter'],
  ['es', 'Está bien, ¿eh?', 'asks'],
  ['es', 'este libro, este', '"this"'],
  ['zh', '好啊，是啊。', 'the particle 啊'],
  ['zh', '嗯。', 'an answer'],
  ['zh', '嗯。我知道。', 'an answer'],
  ['zh', '吃了吗？嗯，吃了。', 'an answer to a question'],
  ['zh', '吃了吗? 嗯嗯，吃了。', 'an answer to a question'],
  ['zh', '真的？啊啊，真的。', 'an answer to a question'],
  ['zh', '啊，原来是你', 'surprise'],
  ['zh', '走吧。啊，下雨了。', 'surprise'],
  ['zh', '他来了，啊。', 'the particle 啊'],
  ['yue', '啊，係你', 'surprise'],
  ['zh', '啊？', 'a question'],
  ['zh', '啊啊。？', 'a question'],
  ['zh', '那个人来了', '"that"'],
  ['zh', '我要那个。', '"that"'],
  ['zh', '哪个？那个。', '"that"'],
  ['zh', '这个，那个，都可以', 'a list'],
  ['zh', '那个那个人', 'before a noun'],
  ['zh', '金额，额度', 'within words'],
  ['zh', '哦，我知道了', 'says that it is understood'],
  ['yue', '我唔知', '"not"'],
  ['ja', 'あの人、あのね', '"that"'],
  ['ja', 'うん、分かった', 'yes'],
  ['ko', '어제, 음악', 'within words'],
  ['ko', '음.', 'an answer'],
  ['ko', '먹었어? 음, 먹었어.', 'an answer to a question'],
  ['ja', '分かった？うーん、まだ', 'an answer to a question'],
  ['xx', 'um, uh', 'a language that has no table'],
];

describe('fillers', () => {
  it.each(TAKEN_OUT)('%s: %s', (language, text, expected) => {
    expect(textAfter(fillers, text, language)).toBe(expected);
  });

  it.each(KEPT)('%s: %s stays: %s', (language, text) => {
    expect(textAfter(fillers, text, language)).toBe(text);
  });

  it.each([
    [
      ['吃了吗？', '嗯，吃了。'],
      ['吃了吗？', '嗯，吃了。'],
    ],
    [
      ['Is it? ', ' Hmm, it is.'],
      ['Is it? ', ' Hmm, it is.'],
    ],
    [
      ['Is it? ', ' Um, it is.'],
      ['Is it? ', ' It is.'],
    ],
    [
      ['吃了。', '嗯，走吧。'],
      ['吃了。', '走吧。'],
    ],
    [
      ['吃了吗？', '我，嗯，吃了。'],
      ['吃了吗？', '我，吃了。'],
    ],
    [
      ['吃了吗？', '吃了。嗯，走吧。'],
      ['吃了吗？', '吃了。走吧。'],
    ],
  ])('%j: only what answers the segment before stays', (before, after) => {
    const segments = before.map((text) => segment(text, /[a-z]/.test(text) ? 'en' : 'zh'));
    expect(textsAfter(fillers, segments)).toEqual(after);
  });

  it('take no options', () => {
    expect(read(fillers, {})).toEqual({});
    expect(() => read(fillers, { words: ['um'] })).toThrow(/text\[0\]\.words/);
  });

  it('go with the space of their own word, and say why', () => {
    const text = ' Um, so, uh, it is';
    const words = [4, 4, 4, 3, 3].map((length, index): [number, number, number, number] => [
      index,
      index + 1,
      length,
      90,
    ]);
    const [edits] = fillers.edits([segment(text, 'en')], {});
    expect(edits!.map(({ rule }) => rule)).toEqual(['filler', 'capital', 'filler']);
    expect(applyEdits({ text, words }, edits!)).toEqual({
      text: ' So, it is',
      words: [
        [1, 2, 4, 90],
        [3, 4, 3, 90],
        [4, 5, 3, 90],
      ],
    });
  });

  const languages = ['zh', 'en', 'ja', 'de', 'ru', 'es', 'ko', 'fr'];
  const pieces = fc.constantFrom(
    ...'um Uh oh er hmm mm euh äh ähm э-э эм eh えーと あの うーん 음 어 嗯 啊 呃 额 那个 那个那个 这个 我 觉得 好 啊啊 I think iPhone'.split(
      ' ',
    ),
    ...'. , … ... — - ? ! 。 ， 、 ？ “ ” " ( ) ： 「 」'.split(' '),
    ...[' ', ' ', ' ', ' ', ', ', '，', '  '],
  );
  const texts = fc.array(pieces, { minLength: 1, maxLength: 16 }).map((all) => all.join(''));

  it('are steady, whatever they stand beside', () => {
    expectSteadyEdits(fillers, fc.oneof(texts, fc.string({ unit: 'grapheme' })), { languages });
  });

  it('leave every other word, no doubled space and no space before a mark that was not there', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(...languages), (text, language) => {
        const after = textAfter(fillers, text, language);
        const rest = (one: string) =>
          one.replace(/[\p{P}\s]|\p{L}+(-э)*/gu, (word) =>
            /^(I|oh|think|我|觉得|好)$/.test(word) ? word : '',
          );
        expect(rest(after)).toBe(rest(text));
        for (const wrong of [/ {2}/, / [,.…?!]/, /“”/, /\(\)/]) {
          if (!wrong.test(text)) expect(after).not.toMatch(wrong);
        }
      }),
    );
  });

  it('take milliseconds in a segment of 10,000 characters', () => {
    for (const [piece, language] of [
      ['um, ', 'en'],
      ['u', 'en'],
      ['mm um ', 'en'],
      ['那个', 'zh'],
      ['啊 嗯 ', 'zh'],
      ['...', 'en'],
    ] as const) {
      const text = piece.repeat(Math.ceil(10_000 / piece.length));
      const costs = Array.from({ length: 5 }, () => {
        const start = performance.now();
        textAfter(fillers, text, language);
        return performance.now() - start;
      });
      expect([piece, Math.min(...costs) < 250]).toEqual([piece, true]);
    }
  });
});
