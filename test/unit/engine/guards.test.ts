import { describe, expect, it } from 'vitest';
import { best, isGuess, judge } from '../../../models/engine/guards.ts';
import type { WindowResult } from '../../../models/whisper/session.ts';

const speech = Int16Array.from({ length: 100 }, (_, index) => 1000 * (index % 3));
const result = (changes: Partial<WindowResult> & { readonly text?: string } = {}): WindowResult => ({
  language: 'en',
  languageProbability: 1,
  noSpeech: 0.1,
  averageLogProbability: -0.2,
  temperature: 0,
  isWhole: true,
  tokens: [1],
  segments: [{ start: 0, end: 100, text: changes.text ?? 'Ask not what your country can do for you.' }],
  ...changes,
});
const loop = 'and then it goes on '.repeat(12);
const list =
  'Для прослушивания следующего сообщения нажмите 6. Для повторного прослушивания сообщения нажмите 5. ' +
  'Для прослушивания предыдущего сообщения нажмите 4. Для удаления или восстановления сообщения нажмите 0. ' +
  'Для выхода из голосовой почты нажмите решетку.';

describe('judge', () => {
  it.each([
    ['likely speech', {}, 'accept'],
    ['a loop', { text: loop }, 'retry'],
    ['a list in Russian', { text: list }, 'accept'],
    ['a loop in Chinese', { text: '我们要努力'.repeat(12) }, 'retry'],
    ['a guess', { averageLogProbability: -1.01 }, 'retry'],
    ['a text that ran out of tokens', { isWhole: false }, 'retry'],
    ['a guess where likely nobody speaks', { averageLogProbability: -1.01, noSpeech: 0.61 }, 'silence'],
    ['a loop where likely nobody speaks', { text: loop, noSpeech: 0.61 }, 'silence'],
    ['a good text where likely nobody speaks', { noSpeech: 0.99 }, 'accept'],
    ['the threshold of guesses', { averageLogProbability: -1 }, 'accept'],
    ['no text', { segments: [], averageLogProbability: -5 }, 'accept'],
  ] as const)('%s', (_, changes, verdict) => {
    expect(judge(result(changes), speech)).toBe(verdict);
  });

  it('takes no text from digital silence', () => {
    expect(judge(result(), new Int16Array(100))).toBe('silence');
    expect(judge(result(), new Int16Array(100).fill(-8))).toBe('silence');
    expect(judge(result(), new Int16Array(100).fill(-9))).toBe('accept');
  });

  it('finds loops of openai/whisper’s threshold: 2.4 times shorter when deflated', () => {
    expect(judge(result({ text: 'and then it goes on '.repeat(3) }), speech)).toBe('accept');
    expect(judge(result({ text: 'and then it goes on '.repeat(5) }), speech)).toBe('retry');
  });
});

describe('isGuess', () => {
  const noise = [-1.3, -1.5, -2].map((averageLogProbability) =>
    result({ averageLogProbability, noSpeech: 0.5 }),
  );

  it('is noise that no temperature makes a likely text of', () => {
    expect(isGuess(noise)).toBe(true);
    expect(isGuess([...noise, result({ text: loop, averageLogProbability: -0.1, noSpeech: 0.5 })])).toBe(
      true,
    );
  });

  it('is nothing that one temperature makes a likely text of, or in which likely somebody speaks', () => {
    expect(isGuess([...noise, result({ averageLogProbability: -1, noSpeech: 0.5 })])).toBe(false);
    expect(isGuess(noise.map((one) => ({ ...one, noSpeech: 0.4 })))).toBe(false);
    expect(isGuess([...noise, result({ text: loop, averageLogProbability: -0.1 })])).toBe(false);
  });
});

describe('best', () => {
  const [poor, good] = [result({ averageLogProbability: -3 }), result({ averageLogProbability: -1.5 })];
  const likelyLoop = result({ text: loop, averageLogProbability: -0.1 });
  const cut = result({ isWhole: false, averageLogProbability: -0.1 });

  it('is the likeliest without a loop or an open end', () => {
    expect(best([likelyLoop, poor, good, cut])).toBe(good);
  });

  it('is the likeliest where all loop, the first of equals', () => {
    expect(best([result({ text: loop, averageLogProbability: -2 }), likelyLoop, cut])).toBe(likelyLoop);
  });
});
