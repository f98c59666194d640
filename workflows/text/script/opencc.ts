import type { ScriptOptions } from '../options.ts';
import { configs as fromSimplified } from 'opencc-js/preset/cn2t';
import { configs as fromTraditional } from 'opencc-js/preset/t2cn';

export type Script = ScriptOptions['to'];

/** A way of OpenCC: a chain of groups of dictionaries. The package's own types of it do not resolve. */
type Ways = Readonly<Record<string, { readonly conversionChain: readonly (readonly string[])[] }>>;

const { s2t, s2tw, s2twp, s2hk } = fromSimplified as unknown as Ways;
const { t2s, tw2s, hk2s } = fromTraditional as unknown as Ways;

const group = (way: Ways[string] | undefined, index: number): readonly string[] =>
  way?.conversionChain[index] ?? [];

/** Simplified to OpenCC's standard of traditional: phrases, then characters. */
export const SIMPLIFIED = group(s2t, 0);

/** Traditional to simplified: phrases, then characters. */
export const TRADITIONAL = group(t2s, 0);

/** OpenCC's standard of traditional to what a place writes; 别 is a slip of the data, and simplified. */
export const REGIONAL: Readonly<Record<Exclude<Script, 'cn'>, readonly string[]>> = {
  t: [],
  tw: group(s2tw, 1),
  twp: group(s2twp, 1).map((source) => source.replaceAll('别', '別')),
  hk: group(s2hk, 1),
};

/** Characters of Taiwan and of Hong Kong and what stands for them in OpenCC's standard. */
export const FROM_REGIONAL = [tw2s, hk2s].flatMap((way) => group(way, 0).slice(-1));
