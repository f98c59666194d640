import { describe, expect, it } from 'vitest';
import { examplesOf, lineNotPrinted } from './example.ts';

describe('the examples of a page', () => {
  it('are its blocks of sh and ts, with what they print', () => {
    const page = [
      'Words with ```sh in a line.',
      '```sh',
      'echo 1',
      '',
      'echo 2',
      '```',
      '',
      '```text',
      '1',
      '```',
      '- a list',
      '  ````ts fails: 3',
      '  ```',
      '    deep',
      '  ````',
      'Words between.',
      '```text',
      'other',
      '```',
      '```json',
      '{}',
      '```',
    ].join('\n');
    expect(examplesOf(page)).toEqual([
      {
        line: 2,
        language: 'sh',
        code: 'echo 1\n\necho 2\n',
        rule: { kind: 'ends', status: 0 },
        prints: '1\n',
      },
      { line: 12, language: 'ts', code: '```\n  deep\n', rule: { kind: 'ends', status: 3 }, prints: null },
    ]);
  });

  it.each([
    ['no-ci: needs a GPU', { kind: 'no-ci', reason: 'needs a GPU' }],
    ['until: Ready now', { kind: 'stands', until: 'Ready now' }],
  ])('may say %s', (note, rule) => {
    expect(examplesOf(`\`\`\`sh ${note}\nx\n\`\`\``)).toMatchObject([{ rule }]);
  });

  it.each([
    '```\nx\n```',
    '```bash\nx\n```',
    '```sh no-ci\nx\n```',
    '```sh no-ci: \nx\n```',
    '```sh\nx',
    '~~~\nx\n~~~',
  ])('may not be hidden as %j', (page) => {
    expect(() => examplesOf(page)).toThrow(/^Expected .* line \d/);
  });
});

describe('what an example prints', () => {
  it.each([
    ['one\ntwo', 'zero\none\ntwo\n'],
    ['one\n…\nthree …\n', 'one\ntwo\nthree (3) times\n'],
    ['took … s (50 %)', 'it took 1.5 s (50 %)'],
  ])('%j is in %j', (expected, printed) => {
    expect(lineNotPrinted(expected, printed)).toBeNull();
  });

  it.each([
    ['two\none', 'one\ntwo\n', 'one'],
    ['a.c', 'abc', 'a.c'],
    ['one\none', 'one', 'one'],
  ])('%j is not in %j', (expected, printed, lacking) => {
    expect(lineNotPrinted(expected, printed)).toBe(lacking);
  });
});
