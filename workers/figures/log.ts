import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import { LonghandError } from '../../workflows/errors.ts';

const FORMATS = ['text', 'json'] as const;
/** How a worker writes its log: lines for people, or a JSON document each. */
export type LogFormat = (typeof FORMATS)[number];

export interface LogSettings {
  readonly format: LogFormat;
  /** Part of the transcriptions whose activities are logged in detail, 0…1. */
  readonly sample: number;
}

/** What of the SDK's attributes is in no log: it opens a running activity to whoever reads it. */
const SECRET = new Set(['taskToken']);

/** Reads `LONGHAND_LOG` and `LONGHAND_LOG_SAMPLE`. Throws LH_OPTION_INVALID. */
export function readLogSettings(environment: NodeJS.ProcessEnv = process.env): LogSettings {
  // A variable that is set to nothing is not set.
  const format = environment.LONGHAND_LOG || 'text';
  const sample = Number(environment.LONGHAND_LOG_SAMPLE || '0.01');
  const known = FORMATS.find((each) => each === format);
  if (!known) throw invalid('LONGHAND_LOG', FORMATS.join(' or '), format);
  if (!(sample >= 0 && sample <= 1)) {
    throw invalid('LONGHAND_LOG_SAMPLE', 'a number from 0 to 1', environment.LONGHAND_LOG_SAMPLE);
  }
  return { format: known, sample };
}

const invalid = (name: string, expected: string, got = ''): LonghandError =>
  new LonghandError('LH_OPTION_INVALID', `Expected \`${name}\` to be ${expected}, got \`${got}\``);

/** The logger of a worker process, on standard error. `level`: the least that is logged as text; JSON has `INFO`. */
export function makeLogger(format: LogFormat, level: 'INFO' | 'WARN'): DefaultLogger {
  if (format === 'text') return new DefaultLogger(level);
  return new DefaultLogger('INFO', (entry) => void process.stderr.write(`${logLine(entry)}\n`));
}

/** A line of the log: time, level, message, then what the SDK knows of it, `workflowId` and `runId` where it has one. */
export function logLine({ level, message, timestampNanos, meta = {} }: LogEntry): string {
  const { workflowRunId, ...others } = meta;
  const known = Object.entries(others).filter(([key]) => !SECRET.has(key));
  const run = workflowRunId === undefined ? {} : { runId: workflowRunId as string };
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  return JSON.stringify({ time, level, message, ...Object.fromEntries(known), ...run }, plain);
}

/** What JSON has no form for. */
function plain(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  const type = (value as { readonly type?: unknown }).type;
  return { name, message, ...(typeof type === 'string' && { type }), stack, cause };
}

/** Where lines for people go: to standard error, or as documents to a log that is for programs. */
export function logLines(format: LogFormat): (line: string) => void {
  if (format === 'text') return (line) => void process.stderr.write(`${line}\n`);
  return (line) => {
    Runtime.instance().logger.info(line);
  };
}

/** A line for people as a document of the log, of a process that has no runtime. */
export const plainLine = (message: string): string =>
  JSON.stringify({ time: new Date().toISOString(), level: 'INFO', message });
