#!/usr/bin/env node
/** The `longhand` command. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { longhandHome } from '../../models/home.ts';
import type { SupervisorSettings } from '../../workers/supervisor/protocol.ts';
import { EXIT, LonghandError } from '../../workflows/errors.ts';
import { exitStatusOf, explain } from './exit.ts';

const DEFAULT_MODEL = 'base';

interface ServerFlags {
  readonly address?: string;
  readonly port?: number;
}

const settingsOf = ({ address, port }: ServerFlags): SupervisorSettings => ({
  home: longhandHome(),
  model: DEFAULT_MODEL,
  address: address ?? null,
  port: port ?? null,
});

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('Expected a port from 1 to 65535');
}

function parseAddress(text: string): string {
  if (/^[^\s:/]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i.test(text)) return text;
  throw new InvalidArgumentError('Expected an address as host:port');
}

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const program = new Command('longhand')
  .description('Turns long audio into a transcript that survives anything')
  .version(version)
  .configureOutput({ outputError: () => undefined })
  .exitOverride();

program
  .command('transcribe')
  .description('transcribe audio or video files')
  .argument('<file...>', 'files to transcribe')
  .option('-l, --language <code>', "the speech's language, as Whisper names it (default: detected)")
  .option('-o, --out <folder>', 'write files there instead of text to standard output')
  .option(
    '-f, --formats <list>',
    'json, txt, srt (default: all to a folder, txt to standard output)',
    splitList,
  )
  .option('--address <host:port>', 'use this Temporal server instead of the embedded one', parseAddress)
  .action(async (files: string[], { language, out, formats, ...server }: TranscribeFlags) => {
    const { transcribe } = await import('./transcribe.ts');
    const wanted = {
      ...(language === undefined ? {} : { language }),
      ...(out === undefined ? {} : { out }),
      ...(formats === undefined ? {} : { formats }),
    };
    process.exitCode = await transcribe(files, wanted, settingsOf(server));
  });

program
  .command('up')
  .description('keep the server and the workers running, so that commands start at once')
  .option('--port <number>', 'port of the embedded Temporal server', parsePort)
  .option('--address <host:port>', 'use this Temporal server instead of the embedded one', parseAddress)
  .action(async (server: ServerFlags) => {
    const { up } = await import('./up.ts');
    await up(settingsOf(server));
  });

program
  .command('doctor')
  .description(
    'check all that a transcription needs, fetch what is missing, and say what to do where that fails',
  )
  .option('--address <host:port>', 'check this Temporal server instead of the embedded one', parseAddress)
  .action(async (server: ServerFlags) => {
    const { doctor } = await import('./doctor.ts');
    process.exitCode = await doctor(settingsOf(server));
  });

interface TranscribeFlags extends ServerFlags {
  readonly language?: string;
  readonly out?: string;
  readonly formats?: string[];
}

function splitList(text: string): string[] {
  return text.split(',');
}

// A reader that has seen enough (`longhand … | head`) ends the command as it ends others.
process.stdout.once('error', () => process.exit(EXIT.interrupted));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Asking for help or the version ends this way too.
    if (error.exitCode === 0) process.exit(EXIT.ok);
    if (error.code === 'commander.help') process.exit(EXIT.usage);
    const usage = new LonghandError('LH_OPTION_INVALID', error.message.replace(/^error: /, ''));
    process.stderr.write(`${explain(usage)}; see longhand --help\n`);
    process.exitCode = exitStatusOf(usage);
  } else {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = exitStatusOf(error);
  }
}
process.exit();
