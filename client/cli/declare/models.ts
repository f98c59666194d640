import type { Command } from 'commander';
import { withJson, type JsonFlag } from '../flags.ts';

/** The commands for the weights and the graphs built from them. */
export function declareModels(program: Command): void {
  const models = program.command('models').description('the models of the catalogue on this machine');
  withJson(models.command('list').description('list models: size, whether fetched, graphs built')).action(
    async ({ json }: JsonFlag) => {
      const { listModels } = await import('../models/list.ts');
      await listModels(json === true);
    },
  );
  withJson(models.command('pull').description('fetch a model').argument('<name>')).action(
    async (name: string, { json }: JsonFlag) => {
      const { pullModel } = await import('../models/pull.ts');
      await pullModel(name, json === true);
    },
  );
  const verify = models.command('verify').description('read every byte of one model, or all that are here');
  withJson(verify.argument('[name]')).action(async (name: string | undefined, { json }: JsonFlag) => {
    const { verifyModels } = await import('../models/verify.ts');
    process.exitCode = await verifyModels(name ?? null, json === true);
  });
  withJson(
    models.command('remove').description("remove a model's weights and graphs").argument('<name>'),
  ).action(async (name: string, { json }: JsonFlag) => {
    const { removeModel } = await import('../models/remove.ts');
    await removeModel(name, json === true);
  });
}
