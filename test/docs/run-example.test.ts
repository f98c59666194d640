import { afterAll, beforeAll, expect, it } from 'vitest';
import { processStart } from '../../models/cache/process-identity.ts';
import { until } from '../support/until.ts';
import { examplesOf } from './example.ts';
import { runExample, writeModules, type Ended } from './run-example.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

let workplace: Workplace;
beforeAll(async () => {
  workplace = await openWorkplace();
});
afterAll(() => workplace[Symbol.asyncDispose]());

async function run(...lines: string[]): Promise<Ended> {
  const [example] = examplesOf(lines.join('\n'));
  if (!example) throw new Error('one example');
  await writeModules([example], workplace.path);
  return runExample(example, workplace.path, { GREETING: 'hello' });
}

it('a script ends at its first failure, also within a pipe', async () => {
  expect(await run('```sh', 'echo $GREETING', 'false | true', 'echo never', '```')).toEqual({
    status: 1,
    printed: 'hello\n',
  });
});

it('a module has types, its packages, and may wait', async () => {
  const code = [
    "import { parse } from 'yaml';",
    'console.log(parse(await Promise.resolve("[1]")) as number[]);',
  ];
  expect(await run('```ts', ...code, '```')).toEqual({ status: 0, printed: '[ 1 ]\n' });
  expect((await run('```ts', 'throw new Error("broken");', '```')).status).toBe(1);
});

it('a standing command is interrupted once it has said its word, and nothing of it stays', async () => {
  const { status, printed } = await run(
    '```sh until: word',
    'sleep 600 & echo $!',
    'echo a word; sleep 600',
    '```',
  );
  expect({ status, printed }).toEqual({
    status: 130,
    printed: expect.stringMatching(/^\d+\na word\n$/) as string,
  });
  await until(
    async () => (await processStart(Number.parseInt(printed, 10))) === null,
    'Expected it to be gone',
  );
});

it('the folder has the recordings, the checkout, and the command', async () => {
  const { status, printed } = await run(
    '```sh',
    'ls talk.mp3 calls test/audio/en/jfk.flac',
    'npx longhand --version',
    '```',
  );
  expect(printed).toMatch(/^monday\.flac$/m);
  expect(printed).toMatch(/^\d+\.\d+\.\d+$/m);
  expect(status).toBe(0);
});
