import { clock, range } from './clock.ts';
import { SAMPLE_RATE, type Progress, type Span } from './contract.ts';

/** Characters of the last line of text. */
const LINE_LENGTH = 120;

const UNKNOWN = '–';

/** What the Temporal UI shows of a transcription or of one of its sections. */
interface Standing {
  readonly phase: string;
  /** Samples whose text is committed, and all of them; 0 where not known yet. */
  readonly committed: number;
  readonly total: number;
  /** Milliseconds since transcribing began, or that it took; null before. */
  readonly elapsed: number | null;
  readonly falls: number;
  readonly gaps: number;
  /** How the ladder stands; empty before it is resolved. */
  readonly ladder: string;
  /** What was heard last, in lines. */
  readonly text: string;
}

/** The current details of a transcription. */
export function transcriptionDetails(
  progress: Progress,
  { elapsed, ladder, text }: Pick<Standing, 'elapsed' | 'ladder' | 'text'>,
): string {
  const { sections, sectionsDone, running } = progress;
  // Their workflow IDs end in their numbers, counted from 1.
  const numbers = running.map((id) => id.slice(id.lastIndexOf('/') + 1)).join(', ');
  const unfinished = numbers === '' ? '' : ` · ${numbers} running`;
  const row: Row[] = sections > 1 ? [['Sections', `${sectionsDone} of ${sections} done${unfinished}`]] : [];
  return details({ ...progress, elapsed, ladder, text }, row);
}

/** The current details of a section that runs as a child; `index` from 0. */
export function sectionDetails(standing: Standing, index: number, count: number, span: Span): string {
  return details(standing, [['Section', `${index + 1} of ${count} · ${range([span])}`]]);
}

type Row = readonly [name: string, value: string];

/** A Markdown table; its first row is its head. */
function details(standing: Standing, where: readonly Row[]): string {
  const { phase, committed, total, elapsed, falls, gaps, ladder, text } = standing;
  const speed = elapsed && committed > 0 ? committed / SAMPLE_RATE / (elapsed / 1000) : null;
  const rows: Row[] = [
    ...where,
    ['Audio', total > 0 ? `${clock(committed)} of ${clock(total)} · ${percent(committed, total)}` : UNKNOWN],
    ['Speed', speed === null ? UNKNOWN : `${speed.toFixed(speed < 10 ? 1 : 0)} × real time`],
    ['Time left', speed === null ? UNKNOWN : clock((total - committed) / speed)],
    ['Rung', escaped(ladder) || UNKNOWN],
    ['Falls', String(falls)],
    ['Gaps', String(gaps)],
    ['Last line', escaped(lastLine(text)) || UNKNOWN],
  ];
  return [`| Phase | ${phase} |`, '| --- | --- |', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}

const percent = (part: number, whole: number): string => `${Math.floor((100 * part) / whole)} %`;

/** The end of the last line, where the newest words are. */
function lastLine(text: string): string {
  const line = [...text.slice(text.lastIndexOf('\n') + 1)];
  return line.length <= LINE_LENGTH ? line.join('') : `…${line.slice(1 - LINE_LENGTH).join('')}`;
}

/** Text that Markdown shows as it is, in one cell of a table. */
function escaped(text: string): string {
  return text.replaceAll(/\p{C}+/gu, ' ').replaceAll(/[\\`*_[\]<>|~&#!]/g, (mark) => `\\${mark}`);
}
