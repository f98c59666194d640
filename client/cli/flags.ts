import { FORMATS, GAP_POLICIES, LANGUAGE_PER, PRECISIONS, TASKS } from '../../workflows/contract.ts';
import { DEFAULT_FORMATS, DEFAULT_MODEL, DEFAULT_NAMESPACE } from '../../workflows/defaults.ts';
import { PRIORITIES } from '../../activities/request/priority.ts';
import type { TextFlags } from './text-steps.ts';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';

/** Where the server and the store are. */
export interface ConnectionFlags {
  readonly address?: string;
  readonly namespace?: string;
  readonly store?: string;
}

export interface JsonFlag {
  readonly json?: true;
}

/** What to transcribe, and how. */
export interface TranscriptionFlags extends TextFlags {
  readonly language?: string;
  readonly languages?: string[];
  readonly languagePer?: string;
  readonly task?: string;
  readonly prompt?: string;
  readonly hotwords?: string;
  readonly words?: true;
  readonly model?: string;
  readonly ladder?: string[];
  readonly gaps?: string;
  readonly lowerUnderLoad?: boolean;
  readonly formats?: string[];
  readonly subtitleColumns?: number;
  readonly subtitleLines?: number;
  readonly subtitleSpeed?: number;
  readonly out?: string;
  readonly key?: string;
  readonly tenant?: string;
  readonly priority?: string;
}

/** `--address`, `--namespace`, `--store`, each also from the environment. */
export function withConnection(command: Command): Command {
  return command
    .addOption(
      new Option('--address <host:port>', 'use this Temporal server instead of the embedded one')
        .env('LONGHAND_ADDRESS')
        .argParser(parseAddress),
    )
    .addOption(
      new Option('--namespace <name>', `the server's namespace (default: ${DEFAULT_NAMESPACE})`).env(
        'LONGHAND_NAMESPACE',
      ),
    )
    .addOption(
      new Option(
        '--store <url>',
        'a folder or s3://bucket/prefix that the workers share (default: in the home)',
      ).env('LONGHAND_STORE'),
    );
}

/** How long the media worker of a command keeps what nobody uses; milliseconds. */
export interface RetentionFlags {
  readonly keepRecordings?: number;
  readonly keepResults?: number;
}

/** `--keep-recordings` and `--keep-results`, each also from the environment. */
export function withRetention(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--keep-recordings <time>',
        'a media worker deletes recordings not used for as long, as 30d or 12h (default: never)',
      )
        .env('LONGHAND_KEEP_RECORDINGS')
        .argParser(parseAge),
    )
    .addOption(
      new Option('--keep-results <time>', 'as well chunk results and sections (default: never)')
        .env('LONGHAND_KEEP_RESULTS')
        .argParser(parseAge),
    );
}

export const withJson = (command: Command): Command =>
  command.option('--json', 'write JSON to standard output; its shape is in docs/command-line.md');

export function withTranscription(command: Command): Command {
  return withText(command)
    .option('-l, --language <code>', "the speech's language, as Whisper names it (default: detected)")
    .option('--languages <list>', 'languages among which it is detected (default: all)', splitList)
    .option(
      '--language-per <scope>',
      `${LANGUAGE_PER.join(' or ')}: what a detected language holds for (default: chunk)`,
    )
    .option('--task <name>', `${TASKS.join(' or ')}, into English (default: transcribe)`)
    .option('--prompt <text>', 'text whose spelling and manner the transcript takes')
    .option('--hotwords <text>', 'names and terms that may be spoken')
    .option('--words', 'json has the time of each word as well')
    .option('-m, --model <name>', `a model of the catalogue (default: ${DEFAULT_MODEL})`)
    .option(
      '--ladder <list>',
      `rungs to try, best first, as [MODEL:]PRECISION[@cpu]: ${PRECISIONS.join(', ')} (default: the devices' own)`,
      splitList,
    )
    .option(
      '--gaps <policy>',
      `${GAP_POLICIES.join(' or ')}: what becomes of a chunk that no rung gives a text (default: mark)`,
    )
    .option('--lower-under-load', 'a device that is too busy may leave chunks to a lower rung')
    .option(
      '-f, --formats <list>',
      `${FORMATS.join(', ')} (default: ${DEFAULT_FORMATS.join(', ')} to a folder, txt to standard output)`,
      splitList,
    )
    .option('--subtitle-columns <n>', 'columns of a line of subtitles, 10 to 120 (default: 42)', parseCount)
    .option('--subtitle-lines <n>', 'lines of a subtitle, 1 to 3 (default: 2)', parseCount)
    .option('--subtitle-speed <n>', 'columns a second that people read, 5 to 60 (default: 20)', parseCount)
    .option('-o, --out <folder>', 'write files there instead of text to standard output')
    .option('--key <id>', 'your own ID for the transcription of one file')
    .option('--tenant <name>', 'on whose behalf, for lists; tenants take turns at the devices')
    .option('--priority <name>', `${PRIORITIES.join(', ')}: whose chunks go first (default: normal)`);
}

/** What to do with the text. */
export function withText(command: Command): Command {
  return command
    .option('--script <name>', 'Chinese in one script: cn, t, tw, twp or hk (default: as heard)')
    .option('--punctuation <style>', 'half, full or language (default: as heard)')
    .option('--numbers', 'numbers in figures')
    .option(
      '--large-numbers <style>',
      'numbers in figures, Chinese ones from ten thousand in wan (1234万) or digits',
    )
    .option('--remove-fillers', 'take out um, uh, 嗯, 呃 … where they stand alone')
    .option('--terms <file>', 'a list of terms (txt, csv or json) to write as it has them')
    .option('--terms-by-sound', 'terms in Chinese are found by their sound as well')
    .option('--no-guards', 'keep sentences that the audio gives no support for')
    .option('--pipeline <file>', 'the steps as JSON, instead of these options')
    .option('--explain', 'list every change: before, after, step, rule');
}

export const files = (): Argument =>
  new Argument(
    '<file...>',
    'audio or video files, http(s) URLs, or secret:NAME for a URL that the workers hold',
  );

export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('Expected a port from 1 to 65535');
}

function parseAddress(text: string): string {
  if (/^[^\s:/]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i.test(text)) return text;
  throw new InvalidArgumentError('Expected an address as host:port');
}

export function parseBuildId(text: string): string {
  if (/^[a-z0-9][a-z0-9._+-]{0,99}$/i.test(text)) return text;
  throw new InvalidArgumentError('Expected 1 to 100 of A-Z a-z 0-9 . _ + -, a letter or digit first');
}

/** A size in megabytes or gigabytes (10⁶, 10⁹) as bytes. */
export function parseSize(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?(MB|GB)$/i.exec(text) ?? [];
  if (number && unit && Number(number) > 0) return Number(number) * (unit.toUpperCase() === 'GB' ? 1e9 : 1e6);
  throw new InvalidArgumentError('Expected a size as 800MB or 2GB');
}

const HOUR = 3600_000;

/** A time in hours or days, from an hour on, as milliseconds. */
export function parseAge(text: string): number {
  const [, number, unit] = /^([1-9]\d{0,4})(h|d)$/i.exec(text) ?? [];
  if (number && unit) return Number(number) * (unit.toLowerCase() === 'd' ? 24 * HOUR : HOUR);
  throw new InvalidArgumentError('Expected a time in hours or days, as 12h or 30d');
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('Expected a whole number from 1');
}

export function splitList(text: string): string[] {
  return text.split(',');
}
