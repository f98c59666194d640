import { createRequire } from 'node:module';
import { Command } from 'commander';
import { declareCompletion } from './declare/completion.ts';
import { declareConsume } from './declare/consume.ts';
import { declareDataset } from './declare/dataset.ts';
import { declareModels } from './declare/models.ts';
import { declareServices } from './declare/services.ts';
import { declareTranscriptions } from './declare/transcriptions.ts';

/** The `longhand` command with all its commands. Each loads what it needs when it is called. */
export function makeProgram(): Command {
  // By its own name: the way there is another one from the source than from what is built.
  const { version } = createRequire(import.meta.url)('longhand/package.json') as { version: string };
  const program = new Command('longhand')
    .description('Turns long audio into a transcript that survives anything')
    .version(version)
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  declareTranscriptions(program);
  declareServices(program);
  declareConsume(program);
  declareModels(program);
  declareDataset(program);
  declareCompletion(program);
  return program;
}
