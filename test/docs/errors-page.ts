import { ERRORS, EXIT, type ErrorCode, type RetriedBy } from '../../workflows/errors.ts';

/** What the errors of an exit status have in common, in the order of the page. */
const GROUPS: readonly (readonly [status: number, title: string, advice: string])[] = [
  [
    EXIT.usage,
    'What was asked for',
    'Ask otherwise: the message names the option, what was expected and what came.',
  ],
  [EXIT.input, 'The source', 'Give another file, or mend this one.'],
  [
    EXIT.environment,
    'The machine and what runs on it',
    'Mend what the message names; `longhand doctor` looks at all of it.',
  ],
  [
    EXIT.setup,
    'What Longhand fetches and needs',
    'See `longhand doctor`: it says the next step for each thing that is missing.',
  ],
  [EXIT.failed, 'The work itself', 'The same command typed again goes on where this one stopped.'],
  [
    EXIT.interrupted,
    'Interrupted',
    'What was done is kept; the same command typed again goes on where this one stopped.',
  ],
  [EXIT.unexpected, 'Defects', 'Please report it, with the message and the run report.'],
];

const RETRIES: Readonly<Record<RetriedBy, string>> = {
  activity: 'Temporal, without end',
  'activity, five times': 'Temporal, five times',
  ladder: 'the ladder, one rung lower',
  nobody: 'nobody',
};

const INTRODUCTION = `<!-- Made from workflows/errors.ts; see CONTRIBUTING.md. -->

# Errors

Every error has a code. The command line writes it in one line on standard error and ends with the exit status of its
group; with \`--json\` it is a document on standard output, \`{"error": {"code", "message", "retriedBy"}}\`. The library
rejects with a \`LonghandError\`, whose \`code\` it is. In Temporal's UI it is the type of the activity's failure.

Before an error reaches anybody it may have been tried again: by Temporal's retry policy, without end (a server or a disk
that is away, a process that died) or five times (what a short wait may mend, and a long one will not), or by the
workflow's precision ladder.

| exit status | meaning |
| --- | --- |
| ${EXIT.ok} | Done. |`;

/** The Markdown of `docs/errors.md`: the table of errors, grouped by exit status. Throws where a status has no group. */
export function errorsPage(): string {
  const codes = Object.keys(ERRORS) as ErrorCode[];
  const strays = codes.filter((code) => !GROUPS.some(([status]) => status === ERRORS[code].exit));
  if (strays.length > 0) throw new Error(`Expected a group for the exit status of ${strays.join(', ')}`);
  const rows = GROUPS.map(([status, title]) => `| ${status} | ${title} |`);
  const sections = GROUPS.map(([status, title, advice]) => {
    const errors = codes.filter((code) => ERRORS[code].exit === status).map(row);
    const head = '| code | meaning | tried again by |\n| --- | --- | --- |';
    return `## ${title}: exit status ${status}\n\n${advice}\n\n${head}\n${errors.join('\n')}\n`;
  });
  return `${INTRODUCTION}\n${rows.join('\n')}\n\n${sections.join('\n')}`;
}

function row(code: ErrorCode): string {
  const { meaning, retriedBy } = ERRORS[code];
  return `| \`${code}\` | ${meaning} | ${RETRIES[retriedBy]} |`;
}
