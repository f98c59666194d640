import type { Transcript } from '../../workflows/contract.ts';
import { countErrors } from './error-rate.ts';
import { referenceOf, type Clip } from './manifest.ts';
import { rawTextOf, textOf } from './outputs.ts';

/** A clip's text before and after the post-processing, and the errors in each. */
export interface Changed {
  readonly clip: Clip;
  readonly raw: string;
  readonly text: string;
  /** Units of the reference. */
  readonly units: number;
  /** What the model wrote may be in either script. */
  readonly before: number;
  /** Every character of another script than was asked for is an error. */
  readonly after: number;
}

export function beforeAndAfter(
  clip: Clip,
  transcript: Transcript,
  script: 'simplified' | 'traditional' = 'simplified',
): Changed {
  const reference = referenceOf(clip);
  const [raw, text] = [rawTextOf(transcript), textOf(transcript)];
  const strict = script === 'simplified' ? reference.text : (reference.variant ?? reference.text);
  const { errors: before, units } = countErrors(raw, reference);
  const { errors: after } = countErrors(text, { text: strict, language: reference.language });
  return { clip, raw, text, units, before, after };
}

export function sumOf(changed: readonly Changed[]): Pick<Changed, 'units' | 'before' | 'after'> {
  const sum = (field: 'units' | 'before' | 'after') => changed.reduce((total, one) => total + one[field], 0);
  return { units: sum('units'), before: sum('before'), after: sum('after') };
}

/** One line a group, for people. */
export function tableOf(groups: readonly { name: string; changed: readonly Changed[] }[]): string {
  const header = ['recordings', 'files', 'units', 'before', 'after'];
  const rows = groups.map(({ name, changed }) => {
    const { units, before, after } = sumOf(changed);
    const rate = (errors: number): string => `${errors} (${((100 * errors) / units).toFixed(1)} %)`;
    return [name, changed.length, units, rate(before), rate(after)];
  });
  return [header, ...rows]
    .map((row) => row.map((cell, column) => String(cell).padEnd(column === 0 ? 24 : 14)).join(''))
    .join('\n');
}
