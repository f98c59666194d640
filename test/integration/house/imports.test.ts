import { join } from 'node:path';
import { ESLint } from 'eslint';
import { expect, it } from 'vitest';
import { ROOT } from '../../support/root.ts';

const LIMIT = 180_000;

const eslint = new ESLint({ cwd: ROOT });

/** Which of these imports the table of the house forbids to a module. */
async function forbidden(file: string, imports: readonly string[]): Promise<string[]> {
  const text = imports.map((name) => `import '${name}';\n`).join('');
  const [result] = await eslint.lintText(text, { filePath: join(ROOT, file) });
  const lines = (result?.messages ?? [])
    .filter(({ ruleId }) => ruleId === '@typescript-eslint/no-restricted-imports')
    .map(({ line }) => imports[line - 1] ?? '');
  return [...new Set(lines)];
}

it.each([
  {
    file: 'client/index.ts',
    may: [
      ...['../workflows/contract.ts', '../activities/store/open.ts', '../activities/publish/output-name.ts'],
      ...['./options.ts', '@temporalio/client'],
    ],
    mayNot: [
      ...['onnxruntime-node', '@temporalio/worker', '@temporalio/worker/lib/worker', './cli/main.ts'],
      ...['../workers/run.ts', '../models/home.ts', '../activities/media.ts'],
      ...['../activities/publish/publish.ts', '../activities/stored.ts'],
    ],
  },
  {
    file: 'models/catalogue.ts',
    may: ['../workflows/errors.ts', 'onnxruntime-node'],
    mayNot: ['../workflows/contract.ts', '../activities/media.ts', '../workers/run.ts', '@temporalio/common'],
  },
  {
    file: 'models/whisper/index.ts',
    may: ['../../workflows/errors.ts', '../home.ts'],
    mayNot: ['../../workflows/contract.ts', '../../client/index.ts'],
  },
  {
    file: 'activities/media.ts',
    may: ['../workflows/contract.ts', '../models/home.ts', '@temporalio/activity'],
    mayNot: ['../workers/run.ts', '../client/index.ts', '@temporalio/worker', '@temporalio/workflow'],
  },
  {
    file: 'workflows/index.ts',
    may: ['./merge.ts', '@temporalio/workflow'],
    mayNot: [
      'node:fs',
      '../activities/media.ts',
      '../models/home.ts',
      '@temporalio/client',
      'onnxruntime-node',
    ],
  },
  {
    file: 'workers/run.ts',
    may: ['../models/home.ts', '../activities/media.ts', '@temporalio/worker'],
    mayNot: ['../client/index.ts', '../client/cli/main.ts'],
  },
  {
    file: 'client/cli/main.ts',
    may: ['../../workers/run.ts', '../../models/home.ts', '../index.ts'],
    mayNot: [],
  },
])(
  '$file imports what the table allows it, and nothing else',
  async ({ file, may, mayNot }) => {
    expect(await forbidden(file, [...may, ...mayNot])).toEqual(mayNot);
  },
  LIMIT,
);
