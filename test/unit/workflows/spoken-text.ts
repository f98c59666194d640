import { UNTOUCHED } from './transcripts.ts';
import fc from 'fast-check';
import type { SectionTranscript, Segment } from '../../../workflows/contract.ts';

/** What lines are broken at, and what they must not be: marks, brackets, numbers, names, scripts without spaces. */
const PIECES = [
  ...[
    '今天',
    '我们',
    '讨论',
    '，',
    '。',
    '、',
    '！',
    '？',
    '：',
    '；',
    '“',
    '”',
    '（',
    '）',
    '《',
    '》',
    '——',
    '……',
  ],
  ...[
    '二零二六年',
    '第三个',
    '百分之',
    '１，０００',
    '约翰·史密斯',
    'がっこう',
    'コーヒー',
    '々',
    '한국어 ',
    'สวัสดี',
  ],
  ...[
    'word ',
    'ends. ',
    'and, ',
    'Mr. ',
    '3.5 ',
    '10:30 ',
    'https://example.org/a-b ',
    '"x" ',
    '« oui » ',
    '! ',
    ' - ',
  ],
  ...['👍🏽', '👩‍👩‍👧', '🇩🇪', 'e\u0301', ' ', '\u00a0', '\u3000', '<b>', '&', '-->', 'x', '\n', '\t'],
];

const spokenText = fc
  .oneof(
    { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 120 }) },
    { weight: 1, arbitrary: fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 12 }) },
  )
  .map((pieces) => pieces.join(''));

/** A segment from the start of the recording, with words cut anywhere or without. */
const spokenSegment: fc.Arbitrary<Segment> = fc
  .tuple(
    spokenText,
    fc.nat(30_000),
    fc.option(fc.array(fc.tuple(fc.nat(400), fc.nat(30_000)), { maxLength: 60 })),
  )
  .map(([text, length, cuts]) => {
    const seconds = (time: number) => Math.min(time, length) / 1000;
    const bare = { start: seconds(0), end: seconds(length), text, language: 'zh', confidence: 1, chunk: 0 };
    if (cuts === null) return bare;
    const ends = [...cuts.map(([end]) => Math.min(end, text.length)), text.length].sort((a, b) => a - b);
    const times = [0, ...cuts.map(([, time]) => time), length].sort((a, b) => a - b);
    const words = ends.map((end, index) => ({
      start: seconds(times[index] ?? 0),
      end: seconds(times[index + 1] ?? length),
      text: text.slice(ends[index - 1] ?? 0, end),
      probability: 1,
    }));
    return { ...bare, words };
  });

/** Long segments one after the other, some without a pause, some without length. */
export const spokenSections: fc.Arbitrary<SectionTranscript[]> = fc
  .array(fc.oneof(fc.constant(0), fc.nat(8000)), { minLength: 1, maxLength: 4 })
  .chain((pauses) =>
    fc.tuple(...pauses.map((pause) => spokenSegment.map((segment) => [pause, segment] as const))),
  )
  .map((all) => {
    let at = 0;
    const segments = all.map(([pause, segment]) => {
      const from = at + pause / 1000;
      const later = (seconds: number) => Math.round((seconds + from) * 1000) / 1000;
      at = later(segment.end);
      const words = segment.words?.map((word) => ({
        ...word,
        start: later(word.start),
        end: later(word.end),
      }));
      return { ...segment, start: later(segment.start), end: at, ...(words && { words }) };
    });
    return [{ segments, ...UNTOUCHED }];
  });
