import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applySteps,
  DEFAULT_PIPELINE,
  STEP_NAMES,
  type SpokenSegment,
  type TextStepOptions,
} from '../../../client/text.ts';
import type { Word } from '../../../workflows/contract.ts';
import { clipsOf } from '../../support/manifest.ts';

/** Every step, some in more than one way, and all of them one after the other. */
const TERMS = ['Longhand', { write: '保险', heard: ['基金', 'country'] }, { write: 'A', heard: ['银河系'] }];
const SINGLE: readonly TextStepOptions[] = [
  { step: 'unicode' },
  { step: 'script', to: 'cn' },
  { step: 'script', to: 'twp' },
  { step: 'punctuation', style: 'half' },
  { step: 'punctuation', style: 'full' },
  { step: 'numbers', large: 'wan' },
  { step: 'numbers', large: 'digits' },
  { step: 'fillers' },
  { step: 'terms', terms: TERMS, sound: true },
  { step: 'guards' },
];
const PIPELINES = [...SINGLE.map((step) => [step]), SINGLE, SINGLE.toReversed()];

/** What recordings say, with what the steps look for. */
const TEXTS = [...clipsOf('speech'), ...clipsOf('numbers')].flatMap(({ transcript, spoken, language }) =>
  [transcript, ...(spoken === undefined ? [] : [spoken])].map((text) => ({ text, language })),
);
const SPICED = [
  { text: '嗯，我們在二零二六年三月五號見面,那個頭髮 很長 的人說百分之三點五。。', language: 'zh' },
  { text: 'Um, twenty twenty six — the longhand of a country\u200b, uh, you know?!', language: 'en' },
  { text: '请不吝点赞订阅转发打赏支持明镜与点点栏目', language: 'zh' },
];

/** Words of `text`, cut at `cuts`, one after the other from `start` on. */
function wordsOf(text: string, cuts: readonly number[], start: number): Word[] {
  const characters = [...text];
  const words: Word[] = [];
  for (let from = 0; from < characters.length;) {
    const length = cuts[words.length % cuts.length]!;
    const own = characters.slice(from, from + length).join('');
    const at = start + words.length / 4;
    words.push({ start: at, end: at + 0.25, text: own, probability: 0.9 });
    from += length;
  }
  return words;
}

const segments: fc.Arbitrary<SpokenSegment[]> = fc
  .array(
    fc.record({
      said: fc.constantFrom(...TEXTS, ...SPICED),
      cuts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
      noSpeech: fc.constantFrom(0, 0.95),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((all) =>
    all.map(({ said: { text, language }, cuts, noSpeech }, index) => {
      const start = index * 1000;
      const words = wordsOf(text, cuts, start);
      return { text, language, words, noSpeech, start, end: words.at(-1)?.end ?? start };
    }),
  );

describe('applySteps', () => {
  it('knows every step', () => {
    expect(new Set(SINGLE.map(({ step }) => step))).toEqual(new Set(STEP_NAMES));
  });

  it.each(
    PIPELINES.map(
      (steps) =>
        [
          steps
            .map((step) => Object.values(step).slice(0, 2).map(String).join(' '))
            .join(', ')
            .slice(0, 60),
          steps,
        ] as const,
    ),
  )('keeps words in order, which join to their text: %s', (_, steps) => {
    fc.assert(
      fc.property(segments, (given) => {
        const { segments: kept, dropped } = applySteps(given, steps);
        expect(kept.length + dropped.length).toBe(given.length);
        for (const { text, words = [], start, end, chunk } of kept) {
          expect(text.trim()).not.toBe('');
          expect(words.map((word) => word.text).join('')).toBe(text);
          expect([start, end]).toEqual([given[chunk]?.start, given[chunk]?.end]);
          let last = start;
          for (const word of words) {
            expect(word.text).not.toBe('');
            expect(word.start).toBeGreaterThanOrEqual(last);
            expect(word.end).toBeGreaterThanOrEqual(word.start);
            last = word.end;
          }
          expect(last).toBeLessThanOrEqual(end);
        }
        for (const { text, words, chunk } of dropped) {
          expect([text, words]).toEqual([given[chunk]?.text, given[chunk]?.words]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keeps what was said, and lists each change with its step and its rule', () => {
    const words = wordsOf('我在二零二六年', [1], 0);
    const { segments: kept, changes } = applySteps(
      [{ text: '我在二零二六年', language: 'zh', words, end: 2 }],
      [{ step: 'numbers' }],
    );
    expect(kept).toMatchObject([{ text: '我在2026年', raw: { text: '我在二零二六年', words } }]);
    expect(changes).toEqual([
      {
        ...{ start: 0, end: 2, before: '二零二六', after: '2026' },
        ...{ step: 'numbers', rule: expect.stringMatching(/^[a-z-]+$/) as string },
      },
    ]);
  });

  it('takes a text by itself, and drops what there is no support for', () => {
    expect(
      applySteps([{ text: '一千二百三十四万', language: 'zh' }], [{ step: 'numbers' }]).segments,
    ).toEqual([expect.objectContaining({ text: '1234万', start: 0, end: 0, confidence: 1 })]);
    const invented = { text: '请不吝点赞订阅转发打赏支持明镜与点点栏目', language: 'zh', noSpeech: 0.95 };
    const { segments: kept, dropped } = applySteps([invented], DEFAULT_PIPELINE);
    expect(kept).toEqual([]);
    expect(dropped).toMatchObject([{ text: invented.text, before: 0, reason: { step: 'guards' } }]);
  });

  it('refuses a step that does not exist', () => {
    const steps = [{ step: 'translate' }] as unknown as TextStepOptions[];
    expect(() => applySteps([], steps)).toThrow(expect.objectContaining({ code: 'LH_PIPELINE_INVALID' }));
  });
});
