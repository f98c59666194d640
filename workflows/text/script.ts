import type { Edit } from './edit.ts';
import { heardIn, type Heard } from './script/characters.ts';
import type { Script } from './script/opencc.ts';
import { editsOf } from './script/piece.ts';
import { toRegion } from './script/to-region.ts';
import { toSimplified } from './script/to-simplified.ts';
import { toTraditional } from './script/to-traditional.ts';
import { settle } from './settle.ts';
import { script as named, type ScriptOptions } from './options.ts';
import type { Step, TextSegment } from './step.ts';

/** Kana and hangul; not the middle dot, which stands in foreign names in Chinese as well. */
const NOT_CHINESE =
  /[\u1100-\u11ff\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3130-\u318f\u31f0-\u31ff\uac00-\ud7af\uff66-\uff9f]/;

const CHINESE = new Set(['zh', 'yue']);

/**
 * Chinese in one script, whichever of the two it was heard in, or both, by OpenCC's dictionaries. Segments in other
 * languages stay as they are, and those that have kana or hangul in them. A segment of characters that both scripts have
 * is read as the other ones of its section are.
 */
export const script: Step<ScriptOptions> = {
  ...named,
  edits: (segments, { to }) => {
    const heard = segments.map((segment) => (isChinese(segment) ? heardIn(segment.text) : null));
    const inSection = total(heard);
    return segments.map(({ text }, index) => {
      const own = heard[index];
      if (!own) return [];
      return settle(text, (now) => convert(now, inSection, to));
    });
  },
};

const isChinese = ({ language, text }: TextSegment): boolean =>
  CHINESE.has(language) && !NOT_CHINESE.test(text);

const total = (all: readonly (Heard | null)[]): Heard => ({
  simplified: all.reduce((sum, heard) => sum + (heard?.simplified ?? 0), 0),
  traditional: all.reduce((sum, heard) => sum + (heard?.traditional ?? 0), 0),
});

function convert(text: string, inSection: Heard, to: Script): Edit[] {
  const own = heardIn(text);
  const heard = own.simplified + own.traditional > 0 ? own : inSection;
  const pieces = to === 'cn' ? toSimplified(text, heard) : toRegion(toTraditional(text, heard), heard, to);
  return editsOf(text, pieces, `to-${to}`);
}
