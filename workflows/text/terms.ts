import { terms as named, type TermsOptions } from './options.ts';
import type { Step } from './step.ts';
import { settle } from './settle.ts';
import { indexOf } from './terms/index-of.ts';
import { editsOf } from './terms/edits-of.ts';

/**
 * The longest spelling at each place, from the left, whatever its case, its width or the length of its spaces; never a
 * part of a word where words have spaces between them, never a part of another term that is already written.
 */
export const terms: Step<TermsOptions> = {
  ...named,
  edits: (segments, options) => {
    const { lexicon, sounds } = indexOf(options.terms);
    return segments.map(({ text, language }) => {
      // What is homophone in Mandarin need not be in another language of the same characters.
      const bySound = options.sound && language === 'zh' ? sounds() : null;
      return settle(text, (now) => editsOf(now, { lexicon, sounds: bySound, letterCase: options.case }));
    });
  },
};
