import { CREDITS } from './credits.ts';
import { lettersOf } from './compared.ts';
import { THANKS } from './thanks.ts';

type Invented = 'credits' | 'thanks';

/** The longest text, in letters, that is looked at: a few of the phrases, one behind the other. */
const LONGEST = 200;

interface Phrase {
  readonly letters: string;
  readonly kind: Invented;
}

interface Form {
  readonly pattern: RegExp;
  readonly kind: Invented;
}

const all = [
  ...CREDITS.map((text) => ({ text, kind: 'credits' as const })),
  ...THANKS.map((text) => ({ text, kind: 'thanks' as const })),
];

let tables: { readonly phrases: readonly Phrase[]; readonly forms: readonly Form[] } | undefined;

/** Made when first needed: nothing outlives a workflow's run, and not every one has guards. */
const tablesOf = () =>
  (tables ??= {
    phrases: all
      .filter(({ text }) => !text.includes('*'))
      .map(({ text, kind }) => ({ letters: lettersOf(text), kind }))
      .sort((a, b) => b.letters.length - a.letters.length),
    forms: all
      .filter(({ text }) => text.includes('*'))
      .map(({ text, kind }) => ({
        pattern: new RegExp(`^${text.split('*').map(lettersOf).join('.{0,24}')}$`, 'u'),
        kind,
      })),
  });

/**
 * What kind of sentences that recognisers invent a text consists of, and of nothing else; null of others. Credits among
 * thanks make all of it credits.
 */
export function inventedIn(text: string): Invented | null {
  // NFKD may double a letter, but nothing as long as this is one of them.
  if (text.length > 2 * LONGEST) return null;
  const { phrases, forms } = tablesOf();
  let kind: Invented | null = null;
  for (let rest = lettersOf(text); rest !== '';) {
    const form = forms.find(({ pattern }) => pattern.test(rest));
    if (form) return kind === 'credits' ? kind : form.kind;
    const phrase = phrases.find(({ letters }) => rest.startsWith(letters));
    if (!phrase) return null;
    kind = kind === 'credits' ? kind : phrase.kind;
    rest = rest.slice(phrase.letters.length);
  }
  return kind;
}
