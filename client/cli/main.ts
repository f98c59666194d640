#!/usr/bin/env node
/** The `longhand` command. */
import { CommanderError } from 'commander';
import { isTraced } from '../../workers/tracing/open.ts';
import { EXIT, LonghandError } from '../../workflows/errors.ts';
import { writeJson } from './output.ts';
import { makeProgram } from './program.ts';

/** What the shell's completion asks; see completion.ts. */
const COMPLETE = 'complete';

/** The variables that stand for flags. */
const VARIABLES = [
  'LONGHAND_ADDRESS',
  'LONGHAND_NAMESPACE',
  'LONGHAND_STORE',
  'LONGHAND_METRICS',
  'LONGHAND_KEEP_RECORDINGS',
  'LONGHAND_KEEP_RESULTS',
];

async function main(): Promise<void> {
  // A variable that is set to nothing is not set.
  for (const name of VARIABLES) if (process.env[name] === '') delete process.env[name];
  const program = makeProgram();
  if (process.argv[2] === COMPLETE) {
    const { complete } = await import('./completion.ts');
    return complete(program, process.argv.slice(process.argv[3] === '--' ? 4 : 3));
  }
  if (!isTraced()) return void (await program.parseAsync());
  const { startTracing } = await import('../../workers/tracing/tracing.ts');
  const tracing = startTracing('longhand-cli');
  await program.parseAsync().finally(() => tracing[Symbol.asyncDispose]());
}

async function fail(error: unknown): Promise<void> {
  const isUsage = error instanceof CommanderError;
  if (isUsage && error.exitCode === 0) return;
  const failure = isUsage ? usageError(error) : error;
  // Loads Temporal's client, which neither help nor completion should wait for.
  const { errorDocument, exitStatusOf, explain } = await import('./exit.ts');
  process.exitCode = exitStatusOf(failure);
  if (process.argv.includes('--json')) return writeJson({ error: errorDocument(failure) });
  // The help that was shown says all.
  if (isUsage && error.code === 'commander.help') return;
  process.stderr.write(`${explain(failure)}${isUsage ? '; see longhand --help' : ''}\n`);
}

function usageError({ code, message }: CommanderError): LonghandError {
  const text = code === 'commander.help' ? 'Expected a command' : message.replace(/^error: /, '');
  return new LonghandError('LH_OPTION_INVALID', text);
}

// A reader that has seen enough (`longhand … | head`) ends the command as it ends others.
process.stdout.once('error', () => process.exit(EXIT.interrupted));

await main().catch(fail);
process.exit();
