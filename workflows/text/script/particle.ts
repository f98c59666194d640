/**
 * What stands before and after 著 in the words in which it is no particle: what is left of 著 beside 着 on the mainland
 * and in Hong Kong (现代汉语词典, zhù). Taiwan writes 著 for both.
 */
const BEFORE = new Set('显昭卓名巨钜原编论专拙遗合译土');
const AFTER = new Set('名作述者称');

/** Characters of a text in simplified ones, its particles as the mainland and Hong Kong write them: 看着, 著作. */
export const withParticles = (characters: readonly string[]): string[] =>
  characters.map((character, index) =>
    character === '著' && !BEFORE.has(characters[index - 1] ?? '') && !AFTER.has(characters[index + 1] ?? '')
      ? '着'
      : character,
  );
