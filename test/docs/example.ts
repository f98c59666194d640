import { fencesOf, type Fence } from './fences.ts';

/** How an example is run, by what stands behind its language. */
export type Rule =
  | { readonly kind: 'ends'; readonly status: number }
  /** Stands until its output has a text; Ctrl-C then ends it well. */
  | { readonly kind: 'stands'; readonly until: string }
  /** Cannot run in a test. */
  | { readonly kind: 'no-ci'; readonly reason: string };

/** A block of a page that a reader would run. */
export interface Example {
  readonly line: number;
  readonly language: 'sh' | 'ts';
  readonly code: string;
  readonly rule: Rule;
  /** What the page says that it prints; null where it does not say. */
  readonly prints: string | null;
}

/** Languages of blocks that are looked at, not run. */
const SHOWN = ['text', 'json', 'yaml'];
const RULE = /^(no-ci|until|fails): (\S.*)$/;

/** The examples of a Markdown page, in order. Throws where a block has no language, or one that hides an example. */
export function examplesOf(page: string): Example[] {
  const fences = fencesOf(page);
  return fences.flatMap((fence, index): Example[] => {
    const { line, language, text } = fence;
    if (SHOWN.includes(language)) return [];
    if (language !== 'sh' && language !== 'ts') {
      throw new Error(
        `Expected sh, ts, ${SHOWN.join(' or ')} behind the fence of line ${line}, got \`${language}\``,
      );
    }
    const next = fences[index + 1];
    const prints = next?.follows && next.language === 'text' ? next.text : null;
    return [{ line, language, code: text, rule: ruleOf(fence), prints }];
  });
}

function ruleOf({ line, note }: Fence): Rule {
  if (note === '') return { kind: 'ends', status: 0 };
  const [, name, value = ''] = RULE.exec(note) ?? [];
  if (name === 'no-ci') return { kind: 'no-ci', reason: value };
  if (name === 'until') return { kind: 'stands', until: value };
  if (name === 'fails' && /^[1-9]\d*$/.test(value)) return { kind: 'ends', status: Number(value) };
  throw new Error(`Expected no-ci: REASON, until: TEXT or fails: STATUS in line ${line}, got \`${note}\``);
}

/**
 * The first line of `expected` that `printed` lacks; null where it has all of them, in their order. `…` stands for
 * anything, also for whole lines.
 */
export function lineNotPrinted(expected: string, printed: string): string | null {
  const lines = printed.split('\n');
  let at = 0;
  for (const line of expected.split('\n').map((one) => one.trim())) {
    if (line === '' || line === '…') continue;
    const pattern = new RegExp(line.split('…').map(literally).join('.*'));
    const found = lines.slice(at).findIndex((one) => pattern.test(one));
    if (found === -1) return line;
    at += found + 1;
  }
  return null;
}

const literally = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
