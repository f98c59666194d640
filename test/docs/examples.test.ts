/**
 * Runs the examples of the documentation, page by page, each in its page's folder, against one standing Longhand.
 * One page alone: `npx vitest run test/docs/examples.test.ts -t docs/client.md`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../workflows/errors.ts';
import { testHome, type TestHome } from '../support/home.ts';
import { longhand, type Command } from '../support/longhand.ts';
import { freePort } from '../support/ports.ts';
import { ROOT } from '../support/root.ts';
import { until } from '../support/until.ts';
import { examplesOf, lineNotPrinted, type Example } from './example.ts';
import { runExample, runProgram, TIME_LIMIT, writeModules } from './run-example.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

const START_LIMIT = 120_000;
const TEST_LIMIT = TIME_LIMIT + 10_000;
const STRICTLY = ['--noEmit', '--ignoreConfig', '--strict', '--skipLibCheck', '--types', 'node'];
const AS_MODULES = ['--target', 'es2022', '--lib', 'es2023,esnext.disposable', '--module', 'nodenext'];

const pages = ['', 'docs']
  .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)))
  .filter((name) => name.endsWith('.md'));

let home: TestHome;
let up: Command;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  home = await testHome();
  const port = await freePort();
  up = longhand(home.path, ['up', '--port', String(port)]);
  env = {
    LONGHAND_HOME: home.path,
    LONGHAND_ADDRESS: `127.0.0.1:${port}`,
    LONGHAND_STORE: join(home.path, 'store'),
  };
  await until(() => up.stderr().includes('Ready'), up.stderr, START_LIMIT);
}, START_LIMIT + 10_000);

afterAll(async () => {
  up.process.kill('SIGINT');
  await up.outcome;
  await home[Symbol.asyncDispose]();
});

describe.each(pages)('%s', (page) => {
  const examples: Example[] = [];
  let workplace: Workplace;
  let modules: string[];
  beforeAll(async () => {
    workplace = await openWorkplace();
    modules = await writeModules(examples, workplace.path);
  });
  afterAll(() => workplace[Symbol.asyncDispose]());

  let fault: unknown = null;
  try {
    examples.push(...examplesOf(readFileSync(join(ROOT, page), 'utf8')));
  } catch (error) {
    fault = error;
  }
  it('says of each block what it is', () => expect(fault).toBeNull());
  if (examples.some(({ language }) => language === 'ts')) {
    it('has modules of the right types', { timeout: TEST_LIMIT }, async () => {
      const program = ['npx', 'tsc', ...STRICTLY, ...AS_MODULES, ...modules];
      const { status, printed } = await runProgram(program, { folder: workplace.path, env, until: null });
      expect(status, printed).toBe(0);
    });
  }
  for (const example of examples) {
    const title = `line ${example.line}, ${example.language}`;
    if (example.rule.kind === 'no-ci') {
      it.skip(`${title}, left out: ${example.rule.reason}`);
    } else {
      it(title, { timeout: TEST_LIMIT }, () => check(example, workplace));
    }
  }
});

async function check(example: Example, { path }: Workplace): Promise<void> {
  const { status, printed } = await runExample(example, path, env);
  const { rule, prints } = example;
  if (rule.kind === 'stands') {
    expect(printed).toContain(rule.until);
    expect([EXIT.ok, EXIT.interrupted], printed).toContain(status);
  } else {
    expect(status, printed).toBe(rule.kind === 'ends' ? rule.status : EXIT.ok);
  }
  if (prints !== null) expect(lineNotPrinted(prints, printed), printed).toBeNull();
}
