import { clock } from '../../workflows/clock.ts';
import { SAMPLE_RATE, type Format } from '../../workflows/contract.ts';
import type { Transcription } from '../transcription.ts';

/** The formats to make where changes are to be explained as well. */
export const explained = (formats: readonly Format[], explain: boolean): readonly Format[] =>
  explain ? [...new Set<Format>([...formats, 'changes'])] : formats;

/** What a command was told of the formats it is to print. */
interface Asked {
  readonly formats?: readonly string[];
  readonly explain?: true;
}

/**
 * The outputs of a transcription one after the other, for a terminal, and where it is to be explained what was changed,
 * a line a change. `formats`: those that were made, with what explains them.
 */
export async function readTexts(
  transcription: Transcription,
  formats: readonly Format[],
  { formats: asked = [], explain }: Asked,
): Promise<{ readonly text: string; readonly explanation: readonly string[] }> {
  const texts: string[] = [];
  for (const format of formats) {
    if (format === 'changes' && explain && !asked.includes(format)) continue;
    texts.push(await transcription.read(format));
  }
  const explanation = explain ? linesOf(await transcription.read('changes')) : [];
  return { text: texts.join(''), explanation };
}

/** `00:02  script to-tw  "后" → "後"`, from the `changes` output. */
export function linesOf(changes: string): string[] {
  const rows = changes.split('\n').slice(1, -1);
  return rows.map((row) => {
    const [start, , step, rule, before, after] = row.split('\t');
    const time = clock((Number(start) / 1000) * SAMPLE_RATE);
    return `${time}  ${step} ${rule}  "${before}" → "${after}"`;
  });
}
