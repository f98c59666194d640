import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackedWord } from '../../../workflows/contract.ts';
import { applyEdits } from '../../../workflows/text/edit.ts';
import { terms } from '../../../workflows/text/terms.ts';
import { read, segment, textAfter } from './after.ts';
import { expectSteadyEdits } from './properties.ts';

const LIST = [
  { write: 'Longhand', heard: ['long hand', '朗汉德'] },
  { write: 'Longhand Pro', heard: ['long hand prow'] },
  { write: 'Kubernetes', heard: ['kubernetis', 'cooper netties'] },
  { write: 'GitHub', heard: ['git hub', '给特哈布'] },
  { write: 'iPhone', heard: ['爱疯'] },
  { write: 'C++', heard: ['c plus plus', '西加加'] },
  { write: '.NET', heard: ['dot net'] },
  { write: 'Won', heard: [] },
  { write: 'Anna', heard: ['ana'] },
  { write: 'Ōsaka', heard: ['osaka'] },
  { write: 'Юникс', heard: ['уникс'] },
  { write: '北京大学', heard: ['北大'] },
  { write: '大学城', heard: ['大雪城'] },
  { write: '雲端硬碟', heard: ['雲端應碟'] },
  { write: 'データ基盤', heard: ['データ基板'] },
  { write: '롱핸드', heard: ['롱핸즈'] },
];

/** Why, the language, what was heard, what it becomes. */
const CHANGED: [string, string, string, string][] = [
  ['a spelling of the list', 'en', 'We run it on kubernetis.', 'We run it on Kubernetes.'],
  ['several words', 'en', 'the cooper netties cluster', 'the Kubernetes cluster'],
  ['case, since the list says how it is written', 'en', 'longhand and GITHUB', 'Longhand and GitHub'],
  ['case at the beginning too', 'en', 'Iphone sales grew.', 'iPhone sales grew.'],
  ['the longest match', 'en', 'long hand prow is here', 'Longhand Pro is here'],
  ['the longest match, by case', 'en', 'longhand pro is here', 'Longhand Pro is here'],
  ['what one term completes of another', 'en', 'LONGHAND  PRO', 'Longhand Pro'],
  ['any white space (Unicode: White_Space)', 'en', 'git\u00a0hub and git  hub', 'GitHub and GitHub'],
  ['before a possessive (Chicago 17: 7.16)', 'en', "ana's notes, Ana’s too", "Anna's notes, Anna’s too"],
  ['in parentheses and quotes (UAX #29: WB999)', 'en', '(kubernetis) "git hub"', '(Kubernetes) "GitHub"'],
  ['beside a hyphen (UAX #29: WB999)', 'en', 'a kubernetis-native tool', 'a Kubernetes-native tool'],
  ['beside a slash (UAX #29: WB999)', 'en', 'git hub/kubernetis', 'GitHub/Kubernetes'],
  ['before the full stop of a sentence', 'en', 'Ask ana. Then go', 'Ask Anna. Then go'],
  ['with a mark at its end', 'en', 'written in c plus plus.', 'written in C++.'],
  ['with a mark at its beginning', 'en', 'the dot net runtime', 'the .NET runtime'],
  ['with a letter that has a mark', 'en', 'osaka, ŌSAKA', 'Ōsaka, Ōsaka'],
  ['Cyrillic', 'ru', 'на уникс, ЮНИКС', 'на Юникс, Юникс'],
  ['full width (Unicode: Halfwidth and Fullwidth Forms)', 'ja', 'ＧＩＴＨＵＢを使う', 'GitHubを使う'],
  ['Latin letters amid Han (no spaces there)', 'zh', '我们用github开发', '我们用GitHub开发'],
  ['Han for Latin', 'zh', '我买了爱疯手机', '我买了iPhone手机'],
  ['Han for Latin, apart from Latin beside it', 'zh', '朗汉德app', 'Longhand app'],
  ['Han for Latin, apart from each other', 'zh', '朗汉德爱疯', 'Longhand iPhone'],
  ['Han, wherever it stands', 'zh', '他在北大读书', '他在北京大学读书'],
  ['traditional Han', 'zh', '存到雲端應碟裡', '存到雲端硬碟裡'],
  ['Japanese', 'ja', '新しいデータ基板です', '新しいデータ基盤です'],
  ['Korean before a particle (한글 맞춤법 제41항)', 'ko', '롱핸즈는 좋다', '롱핸드는 좋다'],
  ['digits before Han', 'zh', '买了3爱疯', '买了3 iPhone'],
];

/** What must stay, and why. */
const KEPT: [string, string, string][] = [
  ['a term as the list has it', 'en', 'Longhand on GitHub'],
  ['the longer term around a shorter', 'en', 'Longhand Pro'],
  ['a longer word', 'en', 'anagram, banana, Diana'],
  ['a longer word with a suffix', 'en', 'longhands and githubs'],
  ['a word with a digit', 'en', 'ana2, 2ana, kubernetis1'],
  ['a letter with a mark of its own (UAX #29: WB4)', 'en', 'ana\u0301lisis, an\u00e1'],
  ['a word behind a mark', 'en', '\u00e1ana'],
  ['a contraction with not (Chicago 17: 7.30)', 'en', "It won't. I won’t."],
  ['a name on the net (RFC 1034; UAX #29: WB6)', 'en', 'see github.io or www.ana.org'],
  ['an address of e-mail (RFC 5322)', 'en', 'write to ana@example.com or me@ana'],
  ['a part of another name with a mark', 'en', 'ASP.NET and asp.net'],
  ['a mark with more behind it', 'en', 'c++11'],
  ['words with a mark between them', 'en', 'git, hub. long-hand; cooper/netties'],
  ['a spelling without its space', 'en', 'coopernetties'],
  ['a spelling over half a word', 'en', 'digit hub, git hubs'],
  ['a longer Cyrillic word', 'ru', 'униксовый'],
  ['a term that another would cut into', 'zh', '北京大学城'],
  ['what is heard across a term', 'zh', '北京大学'],
  ['a Han character with a selector of its form (UTS #37)', 'zh', '北大\u{e0100}'],
  ['what sounds alike, unasked', 'zh', '他在北经大学'],
  ['half of what is heard', 'ja', 'データの基板'],
  ['another alphabet with the same look (UTS #39)', 'en', '\u0430n\u0430'],
  ['a name with a low line (UAX #29: WB13a)', 'en', 'ana_id and my_ana'],
  ['letters with full stops between them', 'en', 'A.N.A. and a.n.a'],
  ['a word with a soft hyphen', 'en', 'kuber\u00adnetis'],
  ['Han with a space between', 'zh', '大雪 城, 北 大'],
  ['a part of a Korean spelling', 'ko', '롱핸 즈'],
  ['nothing', 'en', ''],
  ['spaces', 'en', '   '],
];

describe('terms', () => {
  const given = { terms: LIST };
  it.each(CHANGED)('writes %s', (_, language, heard, expected) => {
    expect(textAfter(terms, heard, language, given)).toBe(expected);
  });

  it.each(KEPT)('leaves %s', (_, language, text) => {
    expect(textAfter(terms, text, language, given)).toBe(text);
  });

  it('leaves what is part of another term of the list, though that need not be changed', () => {
    const withNames = { terms: [...LIST, '北大荒', 'Ana Moura'] };
    expect(textAfter(terms, '他在北大荒', 'zh', withNames)).toBe('他在北大荒');
    expect(textAfter(terms, 'ana sings like Ana Moura', 'pt', withNames)).toBe('Anna sings like Ana Moura');
  });

  it('leaves on demand what differs in case only', () => {
    const kept = { ...given, case: 'keep' };
    expect(textAfter(terms, 'GITHUB, github, git hub', 'en', kept)).toBe('GITHUB, github, GitHub');
    expect(textAfter(terms, 'longhand pro', 'en', kept)).toBe('longhand pro');
    expect(textAfter(terms, 'Longhand  pro', 'en', kept)).toBe('Longhand Pro');
  });

  it('goes on where a term that was written completes another', () => {
    const chain = [
      { write: 'Acme', heard: ['ack me'] },
      { write: 'Acme Cloud', heard: ['acme clout'] },
      { write: 'AC', heard: ['acme cloud suite'] },
    ];
    expect(textAfter(terms, 'the ack me clout suite', 'en', { terms: chain })).toBe('the AC');
    expect(textAfter(terms, 'the acme cloud suite', 'en', { terms: chain })).toBe('the AC');
  });
});

describe('what the terms do to words', () => {
  const edited = (text: string, words: readonly PackedWord[]) => {
    const [edits] = terms.edits([segment(text, 'en')], read(terms, { terms: LIST }));
    return applyEdits({ text, words }, edits!);
  };

  it('makes one of those that became one, and keeps the others apart', () => {
    const words: PackedWord[] = [
      [0, 1, 4, 90],
      [1, 2, 5, 80],
      [2, 3, 4, 60],
    ];
    expect(edited('long hand pro', words)).toEqual({
      text: 'Longhand Pro',
      words: [
        [0, 2, 8, 84],
        [2, 3, 4, 60],
      ],
    });
  });

  it('keeps those that are as long as they were', () => {
    const words: PackedWord[] = [
      [0, 1, 8, 90],
      [1, 2, 4, 80],
    ];
    expect(edited('longhand pro', words)).toEqual({ text: 'Longhand Pro', words });
  });

  it('names the rule', () => {
    const text = 'github, git hub';
    expect(terms.edits([segment(text, 'en')], read(terms, { terms: LIST }))).toEqual([
      [
        { start: 0, end: 6, text: 'GitHub', rule: 'term-as-listed' },
        { start: 8, end: 15, text: 'GitHub', rule: 'heard-as-term' },
      ],
    ]);
  });
});

describe('the list of terms', () => {
  const refusal = (given: Record<string, unknown>): unknown => {
    try {
      return read(terms, given);
    } catch (error) {
      return error;
    }
  };

  it.each<[string, Record<string, unknown>]>([
    ['terms', {}],
    ['terms', { terms: 'Longhand' }],
    ['terms', { terms: [] }],
    ['terms', { terms: Array.from({ length: 5001 }, (_, index) => `term ${index}`) }],
    ['terms', { terms: Array.from({ length: 2000 }, (_, index) => `${'语'.repeat(30)}${index}`) }],
    ['terms[1]', { terms: ['a', null] }],
    ['terms[1]', { terms: ['a', ['b']] }],
    ['terms[0]', { terms: [' '] }],
    ['terms[0]', { terms: ['!?'] }],
    ['terms[0]', { terms: ['a\nb'] }],
    ['terms[0]', { terms: ['a\ud800'] }],
    ['terms[0]', { terms: ['a\ufffd'] }],
    ['terms[0]', { terms: ['a\u200b'] }],
    ['terms[0]', { terms: ['语'.repeat(101)] }],
    ['terms[0].write', { terms: [{ heard: ['a'] }] }],
    ['terms[0].heard', { terms: [{ write: 'a', heard: 'b' }] }],
    ['terms[0].heard[1]', { terms: [{ write: 'a', heard: ['b', ''] }] }],
    ['terms[0].hears', { terms: [{ write: 'a', hears: ['b'] }] }],
    ['terms[1].write', { terms: ['IT', 'it'] }],
    [
      'terms[1].heard[0]',
      {
        terms: [
          { write: 'a', heard: ['c'] },
          { write: 'b', heard: ['C'] },
        ],
      },
    ],
    [
      'terms[0].heard[0]',
      {
        terms: [
          { write: 'a', heard: ['b'] },
          { write: 'b', heard: ['a'] },
        ],
      },
    ],
    ['sound', { terms: ['a'], sound: 'yes' }],
    ['case', { terms: ['a'], case: 'lower' }],
    ['fuzzy', { terms: ['a'], fuzzy: true }],
  ])('is refused at %s: %j', (place, given) => {
    expect(refusal(given)).toMatchObject({
      code: 'LH_PIPELINE_INVALID',
      message: expect.stringContaining(`\`text[0].${place}\``) as string,
    });
  });

  it('is read with every default', () => {
    expect(read(terms, { terms: [' Cafe\u0301 ', { write: '长城', heard: ['长成'] }, 'Caf\u00e9'] })).toEqual(
      {
        terms: [
          { write: 'Caf\u00e9', heard: [] },
          { write: '长城', heard: ['长成'] },
          { write: 'Caf\u00e9', heard: [] },
        ],
        sound: false,
        case: 'force',
      },
    );
  });

  it('may be as long as it may be', () => {
    const longest = Array.from({ length: 5000 }, (_, index) => `term of length ${index}`);
    expect(read(terms, { terms: longest }).terms).toHaveLength(5000);
  });
});

describe('terms, whatever the text', () => {
  const pieces = [
    ...LIST.flatMap(({ write, heard }) => [write, ...heard]),
    ..." -.,。@a1大学北京城ー朗'\u0301",
  ];
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((all) => all.join('')),
    fc.string({ unit: 'grapheme' }),
  );
  it('settle', { timeout: 60_000 }, () => {
    expectSteadyEdits(terms, texts, { given: { terms: LIST } });
    expectSteadyEdits(terms, texts, { given: { terms: LIST, case: 'keep' } });
  });

  it('settle with any list', { timeout: 60_000 }, () => {
    const spelling = fc
      .array(fc.constantFrom('a', 'b', 'A', ' ', '+', '长', '城', '成', '程'), { minLength: 1, maxLength: 4 })
      .map((all) => all.join(''));
    const list = fc.array(fc.record({ write: spelling, heard: fc.array(spelling, { maxLength: 2 }) }), {
      minLength: 1,
      maxLength: 5,
    });
    const text = fc.array(spelling, { maxLength: 6 }).map((all) => all.join(''));
    fc.assert(
      fc.property(list, text, fc.boolean(), (given, heard, sound) => {
        const options = { terms: given, sound };
        try {
          read(terms, options);
        } catch {
          fc.pre(false);
        }
        const once = textAfter(terms, heard, 'zh', options);
        expect(textAfter(terms, once, 'zh', options)).toBe(once);
      }),
    );
  });
});
