import type { Command } from 'commander';
import { withJson, type JsonFlag } from '../flags.ts';

/** The commands for the weights and the graphs built from them. */
export function declareModels(program: Command): void {
  const models = program
    .command('models')
    .description('the models on this machine, of the catalogue and your own');
  withJson(models.command('list').description('list models: versions, sizes, graphs built, last use')).action(
    async ({ json }: JsonFlag) => {
      const { listModels } = await import('../models/list.ts');
      await listModels(json === true);
    },
  );
  const add = models
    .command('add')
    .description('add a Whisper model of your own: a folder, or owner/name[@ref] of the model hub')
    .argument('<source>')
    .requiredOption(
      '--name <name>',
      'what it is called from now on; a name that is there gets a new version',
    );
  withJson(add).action(async (source: string, { name, json }: JsonFlag & { readonly name: string }) => {
    const { addToModels } = await import('../models/add.ts');
    await addToModels(source, name, json === true);
  });
  const pull = models
    .command('pull')
    .description('fetch a model')
    .argument('<name>')
    .option('--update', 'look for a newer version of an added model where it came from');
  withJson(pull).action(async (name: string, { update, json }: JsonFlag & { readonly update?: true }) => {
    const { pullModel } = await import('../models/pull.ts');
    await pullModel(name, update === true, json === true);
  });
  const verify = models.command('verify').description('read every byte of one model, or all that are here');
  withJson(verify.argument('[name]')).action(async (name: string | undefined, { json }: JsonFlag) => {
    const { verifyModels } = await import('../models/verify.ts');
    process.exitCode = await verifyModels(name ?? null, json === true);
  });
  withJson(
    models
      .command('remove')
      .description("remove a model's weights and graphs, or those of one version: name@revision")
      .argument('<name>'),
  ).action(async (name: string, { json }: JsonFlag) => {
    const { removeModel } = await import('../models/remove.ts');
    await removeModel(name, json === true);
  });
}
