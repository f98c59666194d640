import { Option, type Command } from 'commander';
import {
  files,
  parseCount,
  splitList,
  withConnection,
  withJson,
  withText,
  withTranscription,
  type ConnectionFlags,
  type JsonFlag,
  type TranscriptionFlags,
} from '../flags.ts';
import type { ReprocessFlags } from '../reprocess.ts';
import { settingsOf } from '../settings.ts';
import { STATUSES, type TranscriptionStatus } from '../../status.ts';

/** Transcriptions that run at once: enough for the devices never to wait, few enough to watch. */
const FILES_AT_ONCE = 4;

/** The commands that start transcriptions, follow them, and give what they made. */
export function declareTranscriptions(program: Command): void {
  declareTranscribe(program);
  declareStart(program);
  declareWatch(program);
  declareResult(program);
  declareCancel(program);
  declareDelete(program);
  declareCeiling(program);
  declareRetry(program);
  declareReprocess(program);
  declareList(program);
}

type TranscribeFlags = ConnectionFlags &
  JsonFlag &
  TranscriptionFlags & { readonly recursive?: true; readonly atOnce: number };

function declareTranscribe(program: Command): void {
  const command = program
    .command('transcribe')
    .description('transcribe files, or with --recursive folders, and wait for the text')
    .addArgument(files())
    .option('-r, --recursive', 'transcribe every media file below the folders named')
    .option(
      '-n, --at-once <count>',
      'files that are transcribed at the same time',
      parseCount,
      FILES_AT_ONCE,
    );
  withJson(withConnection(withTranscription(command))).action(
    async (paths: string[], { json, recursive, atOnce, ...flags }: TranscribeFlags) => {
      const { transcribe } = await import('../transcribe.ts');
      const how = { json: json === true, recursive: recursive === true, atOnce };
      process.exitCode = await transcribe(paths, flags, how, settingsOf(flags, flags));
    },
  );
}

type StartFlags = ConnectionFlags & JsonFlag & TranscriptionFlags;

function declareStart(program: Command): void {
  const command = program
    .command('start')
    .description('start transcriptions, print their IDs, and do not wait')
    .addArgument(files());
  withJson(withConnection(withTranscription(command))).action(
    async (paths: string[], { json, ...flags }: StartFlags) => {
      const { start } = await import('../start.ts');
      process.exitCode = await start(paths, flags, json === true, settingsOf(flags, flags));
    },
  );
}

function declareWatch(program: Command): void {
  const command = program
    .command('watch')
    .description('follow a transcription; Ctrl-C stops only the watching')
    .argument('<id>', 'ID of the transcription');
  withJson(withConnection(command)).action(
    async (id: string, { json, ...flags }: ConnectionFlags & JsonFlag) => {
      const { watch } = await import('../watch.ts');
      process.exitCode = await watch(id, json === true, settingsOf(flags));
    },
  );
}

type ResultFlags = ConnectionFlags & JsonFlag & { readonly format?: string; readonly out?: string };

function declareResult(program: Command): void {
  const command = program
    .command('result')
    .description('print what a transcription gave, or write it to a folder; waits for one that runs')
    .argument('<id>', 'ID of the transcription')
    .option(
      '-f, --format <name>',
      'the one to print or write (default: txt to standard output, all to a folder)',
    )
    .option('-o, --out <folder>', 'write files there instead of text to standard output');
  withJson(withConnection(command)).action(async (id: string, { json, ...flags }: ResultFlags) => {
    const { result } = await import('../result.ts');
    await result(id, flags, json === true, settingsOf(flags));
  });
}

function declareCancel(program: Command): void {
  const command = program
    .command('cancel')
    .description('cancel transcriptions; what is done is kept for the next request')
    .argument('<id...>', 'IDs of transcriptions');
  withJson(withConnection(command)).action(
    async (ids: string[], { json, ...flags }: ConnectionFlags & JsonFlag) => {
      const { cancel } = await import('../cancel.ts');
      process.exitCode = await cancel(ids, json === true, settingsOf(flags));
    },
  );
}

function declareDelete(program: Command): void {
  const command = program
    .command('delete')
    .description('delete what transcriptions have left: store, server, and with --outputs their files')
    .argument('<id...>', 'IDs of transcriptions that have ended')
    .option('--outputs', 'also the files that they wrote to folders of this machine');
  withJson(withConnection(command)).action(
    async (
      ids: string[],
      { json, outputs, ...flags }: ConnectionFlags & JsonFlag & { readonly outputs?: true },
    ) => {
      const { deleteAll } = await import('../delete.ts');
      process.exitCode = await deleteAll(ids, outputs === true, json === true, settingsOf(flags));
    },
  );
}

function declareCeiling(program: Command): void {
  const command = program
    .command('ceiling')
    .description('set the highest rung of its ladder that a transcription starts new chunks on')
    .argument('<id>', 'ID of the transcription')
    .argument('<rung>', 'its number, from 1, or its name; 1 lifts the ceiling');
  withJson(withConnection(command)).action(
    async (id: string, rung: string, { json, ...flags }: ConnectionFlags & JsonFlag) => {
      const { ceiling } = await import('../ceiling.ts');
      await ceiling(id, rung, json === true, settingsOf(flags));
    },
  );
}

function declareRetry(program: Command): void {
  const command = program
    .command('retry')
    .description('do the gaps of a transcription again, once it has ended, and wait for the text')
    .argument('<id>', 'ID of the transcription');
  withJson(withConnection(command)).action(
    async (id: string, { json, ...flags }: ConnectionFlags & JsonFlag) => {
      const { retry } = await import('../retry.ts');
      await retry(id, json === true, settingsOf(flags));
    },
  );
}

function declareReprocess(program: Command): void {
  const command = program
    .command('reprocess')
    .description('apply other steps to the text of a finished transcript, without hearing it again')
    .argument('<transcript>', 'ID of a transcription, or its json output')
    .option('-f, --formats <list>', 'as of transcribe, but for report', splitList)
    .option('-o, --out <folder>', 'write files there instead of text to standard output');
  withJson(withConnection(withText(command))).action(
    async (transcript: string, { json, ...flags }: ConnectionFlags & JsonFlag & ReprocessFlags) => {
      const { reprocess } = await import('../reprocess.ts');
      await reprocess(transcript, flags, json === true, settingsOf(flags));
    },
  );
}

const LISTED = 20;

type ListFlags = ConnectionFlags &
  JsonFlag & { readonly status?: TranscriptionStatus; readonly tenant?: string; readonly limit: number };

function declareList(program: Command): void {
  const command = program
    .command('list')
    .description('list transcriptions, the latest first')
    .addOption(new Option('--status <status>', 'only those that stand so').choices(STATUSES))
    .option('--tenant <name>', 'only those on whose behalf')
    .option('--limit <count>', 'how many at most', parseCount, LISTED);
  withJson(withConnection(command)).action(async ({ json, ...flags }: ListFlags) => {
    const { list } = await import('../list.ts');
    const { status, tenant, limit } = flags;
    const filter = { ...(status ? { status } : {}), ...(tenant === undefined ? {} : { tenant }), limit };
    await list(filter, json === true, settingsOf(flags));
  });
}
