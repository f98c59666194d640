import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { declareCompletion } from './declare/completion.ts';
import { declareDataset } from './declare/dataset.ts';
import { declareModels } from './declare/models.ts';
import { declareServices } from './declare/services.ts';
import { declareTranscriptions } from './declare/transcriptions.ts';

/** The `longhand` command with all its commands. Each loads what it needs when it is called. */
export function makeProgram(): Command {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const program = new Command('longhand')
    .description('Turns long audio into a transcript that survives anything')
    .version(version)
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  declareTranscriptions(program);
  declareServices(program);
  declareModels(program);
  declareDataset(program);
  declareCompletion(program);
  return program;
}
