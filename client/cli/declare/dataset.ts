import type { Command } from 'commander';
import { withJson, type JsonFlag } from '../flags.ts';

/** The commands that make material for fine-tuning. */
export function declareDataset(program: Command): void {
  const dataset = program.command('dataset').description('material for fine-tuning a model of your own');
  const command = dataset
    .command('export')
    .description('corrected transcripts and their recordings as pairs of sound and text')
    .argument('<transcript...>', 'json of Longhand, srt or vtt')
    .requiredOption('--audio <path...>', 'the recordings, or folders that hold them')
    .requiredOption('-o, --out <folder>', 'a new folder');
  type Flags = JsonFlag & { readonly audio: string[]; readonly out: string };
  withJson(command).action(async (transcripts: string[], { json, ...flags }: Flags) => {
    const { exportDataset } = await import('../dataset/export.ts');
    await exportDataset(transcripts, flags, json === true);
  });
}
