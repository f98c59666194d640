/** Full-width marks, and the half-width one of the same meaning: Unicode's wide forms and the marks of Chinese. */
export const HALF_OF: ReadonlyMap<string, string> = new Map([
  ['，', ','],
  ['、', ','],
  ['､', ','],
  ['。', '.'],
  ['．', '.'],
  ['｡', '.'],
  ['？', '?'],
  ['！', '!'],
  ['：', ':'],
  ['；', ';'],
]);

const CHINESE: ReadonlyMap<string, string> = new Map([
  [',', '，'],
  ['､', '、'],
  ['.', '。'],
  ['．', '。'],
  ['｡', '。'],
  ['?', '？'],
  ['!', '！'],
  [':', '：'],
  [';', '；'],
]);

/** Japanese has one comma, `、` (the cabinet's rules for official documents, 2022). */
const JAPANESE: ReadonlyMap<string, string> = new Map([...CHINESE, [',', '、'], ['，', '、']]);

/** The full-width marks that a language has for half-width ones and for those of other languages. */
export const fullOf = (japanese: boolean): ReadonlyMap<string, string> => (japanese ? JAPANESE : CHINESE);

/** The one mark that ends a sentence which says something. */
export const stopOf = (wide: boolean): string => (wide ? '。' : '.');

/** What a mark does, for those that do not stand twice. */
export const KINDS: ReadonlyMap<
  string,
  'comma' | 'stop' | 'question' | 'exclamation' | 'colon' | 'semicolon'
> = new Map([
  ...[...',，、､'].map((mark) => [mark, 'comma'] as const),
  ...[...'.。．｡'].map((mark) => [mark, 'stop'] as const),
  ...[...'?？'].map((mark) => [mark, 'question'] as const),
  ...[...'!！'].map((mark) => [mark, 'exclamation'] as const),
  ...[...':：'].map((mark) => [mark, 'colon'] as const),
  ...[...';；'].map((mark) => [mark, 'semicolon'] as const),
]);
