import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextSegment } from '../../../workflows/text/step.ts';
import { punctuation } from '../../../workflows/text/punctuation.ts';
import { read, segment, textAfter, textsAfter } from './after.ts';
import { expectSteadyEdits } from './properties.ts';

type Case = [source: string, language: string, before: string, after?: string];

/** Texts after the step by themselves; those without an `after` must not change. */
const table = (style: string, cases: Case[]) => {
  it.each(cases)('%s (%s): %j', (_, language, before, after = before) => {
    expect(textAfter(punctuation, before, language, { style })).toBe(after);
  });
};

describe('marks as the language has them', () => {
  table('language', [
    ['GB/T 15834 4.1, 4.4: stop and comma', 'zh', '你好, 世界.', '你好，世界。'],
    ['GB/T 15834 4.2, 4.3: question and exclamation', 'zh', '是吗?是!', '是吗？是！'],
    ['GB/T 15834 4.6, 4.7: semicolon and colon', 'zh', '他说:一是快; 二是好', '他说：一是快；二是好'],
    ['GB/T 15834 4.9: brackets', 'zh', '北京(首都)很大', '北京（首都）很大'],
    ['GB/T 15834 4.8: quotes', 'zh', '他说:"你好."', '他说：“你好。”'],
    ['GB/T 15834 4.8: quotes within quotes', 'zh', `"他说'好'了"`, '“他说‘好’了”'],
    ['GB/T 15834 4.5: the enumeration comma', 'zh', '苹果、梨、桃。'],
    ['GB/T 15834: full width already', 'zh', '“你好，”他说：“再见！”（笑）'],
    ['CLREQ: quotes of Taiwan', 'zh', '他說：「你好，『世界』。」'],
    ['CLREQ: quotes of the kind the section has', 'zh', '「好」，他说"行"', '「好」，他说「行」'],
    ['CLREQ: quotes of Hong Kong', 'yue', '佢話"好"', '佢話「好」'],
    ['JLREQ: Japanese marks', 'ja', 'はい, そうです.', 'はい、そうです。'],
    ['JLREQ: one comma', 'ja', 'はい，そう', 'はい、そう'],
    ['JLREQ: corner quotes', 'ja', '"はい"と言った', '「はい」と言った'],
    ['CLREQ: no space beside full-width marks', 'zh', '你好 ， 世界 。 （ 好 ）', '你好，世界。（好）'],
    ['CLREQ: no space beside quotes', 'zh', '他说 “ 你好 ” 吗', '他说“你好”吗'],
    ['halfwidth forms of Unicode', 'ja', '｢はい｣､です｡', '「はい」、です。'],
    ['a comma between Latin words', 'zh', '我听rock, jazz和pop, 很好', '我听rock, jazz和pop，很好'],
    ['names and their marks', 'zh', '见Mr. Smith, Jr.了.', '见Mr. Smith, Jr.了。'],
    ['Latin at the end', 'zh', '我用Python.', '我用Python。'],
    ['brackets around Latin within Han', 'zh', '用GPT (a model) 吧', '用GPT（a model）吧'],
    ['brackets within Latin', 'zh', '叫New York (the city) today吧'],
    ['quotes within Latin', 'zh', '他唱let "it be" now吧'],
    ['CY/T 154: an English sentence', 'zh', 'Well, "hello," (he said).'],
    ['Chinese that was heard as English', 'en', '你好, 世界.', '你好，世界。'],
    ['Chicago 6: full width in English', 'en', 'Well，he said：no。Why？', 'Well, he said: no. Why?'],
    ['Chicago 6: with spaces', 'en', 'Well ， yes （or no） then 。', 'Well, yes (or no) then.'],
    ['Chicago 6: corner quotes', 'en', 'He said「yes」to me', 'He said "yes" to me'],
    ['Chicago 6.115: curly quotes', 'en', 'He said, “Don’t ‘go’.”'],
    ['Chinese within English', 'en', 'He said 你好，世界 to me.'],
    ['Chicago 6: a missing space', 'en', 'Yes,no;why?No!Yes', 'Yes, no; why? No! Yes'],
    ['names without spaces', 'en', 'N,N-dimethyl, Re:Zero, Node.js and std::map'],
    ['questions and answers', 'zh', 'Q:什么?A:好', 'Q：什么？A：好'],
    ['Hindi and Arabic marks', 'hi', 'नमस्ते। आप कैसे? مرحبا، كيف؟'],
    ['Korean has half-width marks', 'ko', '네，좋아요。', '네, 좋아요.'],
    ['French has spaces before marks', 'fr', 'Quoi ? Non : « oui » !'],
    ['German quotes', 'de', '„Hallo“, sagte er, „du“.'],
    ['Swedish quotes', 'sv', 'Han sa ”hej” och gick.'],
    ['Spanish marks', 'es', '¿Qué? ¡No!'],
    ['numbers alone', 'zh', '3.5'],
    ['nothing', 'zh', ''],
  ]);
});

describe('what stays whole', () => {
  table('language', [
    ['a decimal point', 'zh', '圆周率是3.14吧'],
    ['thousands', 'zh', '共1,234,567人'],
    ['ISO 8601: a time', 'zh', '10:30开会,到10：45', '10:30开会，到10:45'],
    ['a ratio and a score', 'zh', '比例是3:1，比分2 : 0'],
    ['a decimal point in full width', 'zh', '约3．5倍', '约3.5倍'],
    ['a version', 'zh', '装v1.2.3版'],
    ['RFC 3986: a URL', 'zh', '看https://a.cn/b?c=1,2;d:e!f(g)吧'],
    ['RFC 3986: a URL and the end of a sentence', 'zh', '看https://a.cn/b?c=1.', '看https://a.cn/b?c=1。'],
    ['RFC 5322: an e-mail address', 'zh', '发到a.b@c.com.cn吧'],
    ['a file name', 'zh', '打开report.final.pdf吧'],
    ['a name with a point before it', 'zh', '用.NET和Node.js写'],
    ['Chicago 10: abbreviations', 'zh', '住在U.S.的Dr.王说e.g.这个'],
    ['Chicago 10: initials', 'zh', '作者J. K. Rowling来了'],
    ['Chicago 10: a.m.', 'zh', '早上9 a.m.到'],
    ['GB/T 15834 B.3: the numbers of a list', 'zh', '1.苹果。2. 梨。'],
    ['GB/T 15834 B.3: with a bracket', 'zh', '1)苹果，2)梨'],
    ['a drive, a face, an option', 'zh', '在C:\\a里:) 用 --help 看'],
    ['a function', 'zh', '函数f(x)是O(n)的'],
    ['full-width digits', 'ja', '１，０００円と３．５％'],
    ['Chicago 6.115: apostrophes', 'en', "Don't: the '90s, 'em and students' rock 'n' roll"],
    ['Chicago 6.115: curly apostrophes', 'en', 'Don’t: the ’90s, ’em and students’ books'],
    ['inches and feet', 'en', `A 5" pipe for a 6'2" man.`],
    ['decimal comma', 'de', 'Es sind 3,14 oder 1.234,5.'],
  ]);
});

describe('doubled marks, ellipses and dashes', () => {
  table('language', [
    ['doubled', 'zh', '你好。。我，，是！！', '你好。我，是！'],
    ['doubled with spaces, as a filler leaves them', 'zh', '你好， ，我', '你好，我'],
    ['doubled in two widths', 'zh', '你好。.我,，是', '你好。我，是'],
    ['GB/T 15834 4.3: a question with force', 'zh', '什么?!', '什么？！'],
    ['a question with much force', 'zh', '什么？！？！', '什么？！'],
    ['a comma and an end', 'zh', '好，。我。，是，？', '好。我。是？'],
    ['an end and a stop', 'zh', '好吗？。好！。', '好吗？好！'],
    ['doubled in English', 'en', 'Yes.. No,, why?? Now!.', 'Yes. No, why? Now!'],
    ['a title and a comma', 'en', 'I saw “Who?”, then left.'],
    ['an abbreviation and a comma', 'en', 'Apples, etc., and so on, e.g., pears.'],
    ['GB/T 15834 4.11: six points', 'zh', '我...不...知道。。。', '我……不……知道……'],
    ['GB/T 15834 4.11: one of three', 'zh', '我… 不知道………', '我……不知道……'],
    ['Chicago 13.53: three points', 'en', 'Well... I..... see....', 'Well... I... see....'],
    ['Chicago 13.53: with spaces', 'en', 'Well . . . I see.'],
    ['an abbreviation that no table has', 'en', 'At Warner Bros., in Burbank.'],
    ['one character', 'en', 'Well…… I see…', 'Well… I see…'],
    ['GB/T 15834 4.10: the dash', 'zh', '他--我的朋友 —— 来了', '他——我的朋友——来了'],
    ['GB/T 15834 4.13: the connector', 'zh', '北京—上海，1998-2002年'],
    ['Chicago 6.85: the dash', 'en', 'He——my friend—came -- late', 'He—my friend—came -- late'],
  ]);
});

describe('pairs', () => {
  it.each<[string, string, string[], (string[] | undefined)?]>([
    ['a quote over two segments', 'zh', ['他说：“你好。', '再见。”'], undefined],
    ['a straight one', 'zh', ['他说："你好。', '再见。"'], ['他说：“你好。', '再见。”']],
    ['a bracket over two segments', 'en', ['He (my friend', 'from home) came.'], undefined],
    ['opened only', 'zh', ['他说：“你好。', '再见。'], ['他说：你好。', '再见。']],
    ['closed only', 'zh', ['你好）。', '再见」。'], ['你好。', '再见。']],
    ['the last one opened is the one', 'zh', ['“你，“好”。'], ['你，“好”。']],
    ['in English', 'en', ['He (my friend came.', 'So it "is.'], ['He my friend came.', 'So it is.']],
    ['Chicago 6.117: an apostrophe is none', 'en', ["The students' books, ’tis “it”."], undefined],
    ['a quote on after another', 'en', ['"Yes," he said. "No', 'way," I said.'], undefined],
    ['a title', 'zh', ['看《红楼梦，', '好看。'], ['看红楼梦，', '好看。']],
    ['a half and a full bracket', 'zh', ['北京(首都）很大'], ['北京（首都）很大']],
    ['curly and straight', 'zh', ['他说“好"了'], ['他说“好”了']],
    ['only a mark', 'zh', ['”', '你好。'], ['', '你好。']],
    ['single ones', 'zh', ['他说‘好了', '走’吧，‘去'], ['他说‘好了', '走’吧，去']],
    ['numbers of a list', 'en', ['a) one, b) two', '1) three'], undefined],
    ['faces', 'en', ['Good :) bad :('], undefined],
    ['between spaces', 'zh', ['I am " here 了'], ['I am here 了']],
  ])('%s', (_, language, before, after = before) => {
    expect(
      textsAfter(
        punctuation,
        before.map((text) => segment(text, language)),
      ),
    ).toEqual(after);
  });
});

describe('full stops', () => {
  const section = (language: string, pause: number, texts: readonly string[]): TextSegment[] =>
    texts.map((text, index) =>
      segment(text, language, { start: index * (2 + pause), end: index * (2 + pause) + 2 }),
    );

  it.each<[string, string, number, string, string, string?]>([
    ['GB/T 15834 4.1', 'zh', 1.2, '今天天气很好', '我们去公园', '今天天气很好。'],
    ['a short pause', 'zh', 0.8, '今天天气很好', '我们去公园'],
    ['a comma', 'zh', 2, '今天天气很好，', '我们去公园'],
    ['a colon', 'zh', 2, '他说：', '我们去公园'],
    ['a dash', 'zh', 2, '他说——', '我们去公园'],
    ['an ellipsis', 'zh', 2, '他说……', '我们去公园'],
    ['现代汉语八百词: a conjunction', 'zh', 2, '他来了，但是', '我不去'],
    ['现代汉语八百词: a preposition', 'zh', 2, '我们在', '公园里'],
    ['现代汉语八百词: 的', 'zh', 2, '这是我的', '朋友'],
    ['Cantonese', 'yue', 2, '今日好熱', '我哋去', '今日好熱。'],
    ['a polite end', 'ja', 2, '今日は暑いです', '公園に行きます', '今日は暑いです。'],
    ['a te-form', 'ja', 2, '朝起きて', '公園に行きます'],
    ['Chicago 6.12', 'en', 0.8, 'We went home', 'Then it rained', 'We went home.'],
    ['no pause', 'en', 0.3, 'We went home', 'Then it rained'],
    ['lower case', 'en', 2, 'We went home', 'then it rained'],
    ['I has a capital everywhere', 'en', 2, 'He says', "I'm late"],
    ['I alone', 'en', 2, 'He says', 'I am late'],
    ['an abbreviation comes', 'en', 2, 'He works for', 'NASA now'],
    ['an open word', 'en', 2, 'We went to', 'Paris then'],
    ['a title', 'en', 2, 'We met Mr', 'Smith there'],
    ['an initial', 'en', 2, 'By George W', 'Bush himself'],
    ['a URL', 'en', 2, 'See https://a.org/b', 'Then read'],
    ['nouns have capitals', 'de', 2, 'Wir sehen', 'Häuser hier'],
    ['no table of the language', 'pl', 2, 'Idziemy do domu', 'Potem deszcz'],
    ['Spanish', 'es', 1, 'Fuimos a casa', '¿Quién llamó?', 'Fuimos a casa.'],
    ['Russian', 'ru', 1, 'Мы пошли домой', 'Потом был дождь', 'Мы пошли домой.'],
    ['Russian, an open word', 'ru', 1, 'Мы были в', 'Москве'],
  ])('%s (%s, %d s): %s', (_, language, pause, before, next, after = before) => {
    expect(textsAfter(punctuation, section(language, pause, [before, next]))).toEqual([after, next]);
  });

  it('come before nothing of another language, nor at the end', () => {
    const [first, second] = section('zh', 2, ['今天天气很好', 'Then it rained']);
    expect(textsAfter(punctuation, [first!, { ...second!, language: 'en' }])).toEqual([
      '今天天气很好',
      'Then it rained',
    ]);
    expect(textsAfter(punctuation, [first!])).toEqual(['今天天气很好']);
  });

  it('look past a segment of which nothing is left', () => {
    const segments = section('zh', 1, ['今天天气很好', '”', '我们去公园']);
    expect(textsAfter(punctuation, segments)).toEqual(['今天天气很好。', '', '我们去公园']);
  });

  it('are of the style', () => {
    const segments = section('zh', 2, ['今天天气很好', '我们去公园']);
    expect(textsAfter(punctuation, segments, { style: 'half' })).toEqual(['今天天气很好.', '我们去公园']);
  });
});

describe('half width everywhere', () => {
  table('half', [
    ['a space after marks, none at the end', 'zh', '你好，世界。再见！', '你好, 世界. 再见!'],
    ['half width without spaces', 'zh', '你好,世界.再见', '你好, 世界. 再见'],
    ['half width with quotes', 'zh', '他说:"去(不去)",走了', '他说: "去(不去)", 走了'],
    ['the enumeration comma', 'zh', '苹果、梨；桃', '苹果, 梨; 桃'],
    ['quotes', 'zh', '他说：“你好。”然后走', '他说: "你好." 然后走'],
    ['corner quotes', 'zh', '他說：「你『好』。」', `他說: "你'好'."`],
    ['brackets', 'zh', '北京（首都）很大', '北京(首都)很大'],
    ['ellipsis and dash', 'zh', '我……不——知道。。。', '我…不—知道...'],
    ['curly quotes and apostrophes', 'en', '“Don’t,” he said.', `"Don't," he said.`],
    ['German quotes', 'de', '„Hallo“, sagte er.', '"Hallo", sagte er.'],
    ['titles have no half width', 'zh', '看《红楼梦》吧'],
    ['doubled', 'zh', '好。，我，。是！。', '好. 我. 是!'],
    ['a time', 'zh', '10：30，开会', '10:30, 开会'],
    ['an enumeration of numbers', 'zh', '1，2，3', '1, 2, 3'],
  ]);
});

describe('full width everywhere', () => {
  table('full', [
    ['between Latin words too', 'zh', '我听rock, jazz', '我听rock，jazz'],
    ['English', 'en', 'Well, it is 3.5. Why?', 'Well，it is 3.5。Why？'],
    ['apostrophes stay', 'en', "Don't (go)", "Don't（go）"],
    ['abbreviations and URLs stay', 'en', 'Dr. No: see a.org, U.S. law', 'Dr. No：see a.org，U.S. law'],
    ['quotes', 'en', 'He said "yes" now', 'He said “yes” now'],
  ]);
});

it('has one option', () => {
  expect(read(punctuation, {})).toEqual({ style: 'language' });
  expect(read(punctuation, { style: 'half' })).toEqual({ style: 'half' });
  for (const given of [{ style: 'wide' }, { style: 1 }, { width: 'full' }]) {
    expect(() => read(punctuation, given)).toThrow(expect.objectContaining({ code: 'LH_PIPELINE_INVALID' }));
  }
});

it('changes no more than it names', () => {
  const [edits] = punctuation.edits([segment('你好, 世界. 3.5', 'zh')], { style: 'language' });
  expect(edits).toEqual([
    { start: 2, end: 3, text: '，', rule: 'full-width' },
    { start: 3, end: 4, text: '', rule: 'space' },
    { start: 6, end: 7, text: '。', rule: 'full-width' },
    { start: 7, end: 8, text: '', rule: 'space' },
  ]);
});

describe('any text', () => {
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...',.?!:;，、。．｡？！：；…—-()（）“”"‘’\'「」『』《》｢＂ ') },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        ...[
          '你',
          '好',
          '𠮷',
          'か',
          '네',
          'a',
          'I',
          'Well',
          'don',
          's',
          '3',
          '15',
          '１',
          '——',
          '……',
          '...',
          'é',
          '👩',
          '\u0301',
        ],
        ...[
          'https://a.cn/',
          'a.b@c.cn',
          'U.S.',
          'Mr.',
          'etc.',
          ' ',
          ' ',
          '1.',
          ':)',
          'f(x)',
          '但是',
          '\u3000',
        ],
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 2 }) },
  );
  const texts = fc.array(piece, { maxLength: 14 }).map((all) => all.join(''));
  const languages = ['zh', 'yue', 'ja', 'ko', 'en', 'de'];

  it('is changed once where a pause parts it', () => {
    const spoken = fc.array(
      fc.record({ text: texts, language: fc.constantFrom('zh', 'en'), pause: fc.nat(2) }),
    );
    const stopped = fc.constantFrom('你好', '好', 'We went home', 'Then it', '"', '，', '');
    fc.assert(
      fc.property(spoken, fc.array(stopped, { minLength: 8, maxLength: 8 }), (all, words) => {
        let start = 0;
        const segments = all.map(({ text, language, pause }, index) => {
          start += 5 + pause;
          return segment(`${text}${words[index % 8]}`, language, { start, end: start + 5 });
        });
        const once = textsAfter(punctuation, segments)
          .map((text, index) => ({ ...segments[index]!, text }))
          .filter(({ text }) => text !== '');
        expect(textsAfter(punctuation, once)).toEqual(once.map(({ text }) => text));
      }),
    );
  });

  it.each(['language', 'half', 'full'])('is changed once (%s)', (style) => {
    expectSteadyEdits(punctuation, texts, { given: { style }, languages });
    expectSteadyEdits(punctuation, fc.string({ unit: 'grapheme' }), { given: { style }, languages });
  });

  it('keeps letters and digits', () => {
    const kept = (text: string) => text.match(/[\p{L}\p{M}\p{N}\p{S}]/gu) ?? [];
    fc.assert(
      fc.property(texts, fc.constantFrom(...languages), (text, language) => {
        expect(kept(textAfter(punctuation, text, language))).toEqual(kept(text));
      }),
    );
  });

  it('takes milliseconds, however long', () => {
    for (const hard of [
      '"',
      '“',
      "'",
      '. ',
      ' ',
      '…',
      '.',
      '-',
      '，',
      '你,',
      'a,b ',
      '(',
      'a.',
      '1:',
      'http://a/中',
      ' —— ',
    ]) {
      const text = hard.repeat(10_000 / hard.length);
      const before = process.cpuUsage();
      textAfter(punctuation, text, 'zh');
      expect([hard, process.cpuUsage(before).user < 500_000]).toEqual([hard, true]);
    }
  });
});
