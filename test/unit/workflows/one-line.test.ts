import fc from 'fast-check';
import { expect, it } from 'vitest';
import { oneLine, placesOnOneLine } from '../../../workflows/formats/one-line.ts';

const text = fc
  .array(fc.constantFrom('a', '字', ' ', '\n', '\t\r\n', '\u2028'), { maxLength: 20 })
  .map((all) => all.join(''));

it.each([
  ['ab', [0, 1, 2], [0, 1, 2]],
  ['a\nb', [0, 1, 2, 3], [0, 1, 2, 3]],
  ['a\r\n\r\nb', [1, 2, 3, 5, 6], [1, 2, 2, 2, 3]],
  [' \n a', [0, 1, 2, 3, 4], [0, 0, 0, 0, 1]],
  ['a \n', [1, 2, 3], [1, 1, 1]],
])('finds in %j the places %j at %j', (said, places, expected) => {
  expect(placesOnOneLine(said, places)).toEqual(expected);
});

it('keeps what is before a place before it', () => {
  fc.assert(
    fc.property(text, (said) => {
      const places = Array.from({ length: said.length + 1 }, (_, place) => place);
      const found = placesOnOneLine(said, places);
      for (const place of places) {
        const before = oneLine(said).slice(0, found[place]).trim();
        expect(before).toBe(oneLine(said.slice(0, place)));
      }
      expect(found.at(-1)).toBe(oneLine(said).length);
    }),
  );
});
