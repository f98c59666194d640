import { Argument, type Command } from 'commander';
import { withJson, type JsonFlag } from '../flags.ts';

type Shell = 'bash' | 'zsh' | 'fish';

export function declareCompletion(program: Command): void {
  const command = program
    .command('completion')
    .description('print a script that completes commands in a shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish'] satisfies Shell[]));
  withJson(command).action(async (shell: Shell, { json }: JsonFlag) => {
    const { completion } = await import('../completion.ts');
    await completion(shell, json === true);
  });
}
