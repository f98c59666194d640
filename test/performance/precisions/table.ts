import type { Precision } from '../../../models/whisper/precision.ts';
import { median } from '../report/rows.ts';
import type { Measurement } from './measure.ts';

/** What a precision's graphs take on disk, in bytes, and its runs, of which the first transcribed everything. */
export interface PrecisionRuns {
  readonly precision: Precision;
  readonly disk: number;
  readonly runs: readonly Measurement[];
}

const MB = 1e6;

/** A Markdown table with a row for each precision; runs took `audio` seconds. Ratios are to the row of `fp32`. */
export function precisionTable(rows: readonly PrecisionRuns[], audio: number): string {
  const base = rows.find(({ precision }) => precision === 'fp32');
  const groups = [...(rows[0]?.runs[0]?.errors.keys() ?? [])];
  const headings = [
    'precision',
    'disk MB',
    'load s',
    '× real time',
    'processor',
    'memory MB',
    'saved',
    ...groups,
  ];
  const lines = rows.map((row) => {
    const most = memoryOf(row);
    const cells = [
      `\`${row.precision}\``,
      (row.disk / MB).toFixed(0),
      middle(row, ({ load }) => load).toFixed(2),
      (audio / middle(row, ({ seconds }) => seconds)).toFixed(1),
      base ? (processorOf(row) / processorOf(base)).toFixed(2) : '–',
      (most / MB).toFixed(0),
      base ? percent(1 - most / memoryOf(base)) : '–',
      ...groups.map((group) => {
        const found = row.runs[0]?.errors.get(group);
        return found ? `${found.errors} of ${found.units}, ${percent(found.errors / found.units)}` : '–';
      }),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [`| ${headings.join(' | ')} |`, `|${headings.map(() => ' --- |').join('')}`, ...lines].join('\n');
}

const middle = ({ runs }: PrecisionRuns, of: (run: Measurement) => number): number =>
  median(runs.map(of)) ?? NaN;
const processorOf = (row: PrecisionRuns): number => middle(row, ({ processor }) => processor);
const memoryOf = ({ runs }: PrecisionRuns): number => Math.max(...runs.map(({ memory }) => memory));
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
