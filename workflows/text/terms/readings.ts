// It costs every workflow 2 MB and 40 ms: it is loaded by the first that goes by sound.
import /* webpackDefer: true */ * as pinyinPro from 'pinyin-pro';
import { heardIn } from '../script/characters.ts';
import { toSimplified } from '../script/to-simplified.ts';

/**
 * The syllables of Hanyu Pinyin without tones of a run of Han characters, one each, as their neighbours make them read;
 * a character that nobody knows a reading of stands for itself. Words are known in simplified characters only, and 行
 * beside 銀 would be read as beside no bank.
 */
export function readingsOf(run: string): string[] {
  const simplified = toSimplified(run, heardIn(run)).map(({ text }) => text);
  return pinyinPro.pinyin(simplified.join(''), { toneType: 'none', type: 'array' });
}
