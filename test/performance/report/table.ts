import type { Row } from './rows.ts';

const MB = 1e6;
const NONE = '–';

/** The columns: heading, and what of a row stands there. */
const COLUMNS: readonly (readonly [heading: string, cell: (row: Row) => string])[] = [
  ['case', ({ label }) => label],
  ['program', ({ contender }) => contender],
  ['runs', ({ runs }) => String(runs)],
  ['seconds', ({ seconds }) => seconds.toFixed(2)],
  ['× real time', ({ timesRealTime }) => timesRealTime.toFixed(1)],
  ['× the peer', ({ ratio }) => digits(ratio, 2)],
  ['wrong', ({ errors, units }) => percent(units === 0 ? null : errors / units)],
  ['engine MB', ({ engineMemory }) => megabytes(engineMemory)],
  ['all MB', ({ allMemory }) => megabytes(allMemory)],
  ['load s', ({ load }) => digits(load, 2)],
  ['VAD', ({ vad }) => percent(vad)],
  ['beside the engine', ({ besideEngine }) => percent(besideEngine)],
];
/** Columns of words; the others are numbers, set to the right. */
const WORDS = 2;

/** The rows as one Markdown table, its columns aligned for a terminal too. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [
    COLUMNS.map(([heading]) => heading),
    ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  const padded = cells.map((texts) =>
    line(
      texts.map((text, column) => {
        const width = widths[column] ?? 0;
        return column < WORDS ? text.padEnd(width) : text.padStart(width);
      }),
    ),
  );
  const rule = line(
    widths.map((width, column) => (column < WORDS ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)),
  );
  return [padded[0], rule, ...padded.slice(1)].join('\n');
}

const digits = (value: number | null, count: number): string => value?.toFixed(count) ?? NONE;
const percent = (share: number | null): string => (share === null ? NONE : `${(share * 100).toFixed(1)} %`);
const megabytes = (bytes: number | null): string => (bytes === null ? NONE : (bytes / MB).toFixed(0));
