import js from '@eslint/js';
import globals from 'globals';
import { builtinModules } from 'node:module';
import ts from 'typescript-eslint';

/** Node's built-in modules, under both of their names. */
const nodeBuiltins = builtinModules.flatMap((name) => [name, `node:${name}`]);

/**
 * Who may import whom: the table of the house. `others` are regular expressions of what the modules of a folder may
 * not import from the other folders; `packages` are the npm packages forbidden to it.
 */
const ban = (folder, others, packages = []) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          ...others.map((other) => ({
            regex: `^(\\./|(\\.\\./)+)${other}`,
            message: `${folder}/ may not import from ${other}`,
          })),
          ...packages.map((name) => ({
            regex: `^${name}(/|$)`,
            message: `${folder}/ may not import ${name}`,
          })),
        ],
      },
    ],
  },
});

const engine = ['onnxruntime-node', '@temporalio/worker'];
const temporal = ['client', 'worker', 'workflow', 'activity', 'common'].map((name) => `@temporalio/${name}`);

export default ts.config(
  { ignores: ['dist', 'node_modules', 'coverage', 'test/audio'] },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  {
    languageOptions: {
      globals: globals.node,
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
    },
  },
  { files: ['**/*.js'], ...ts.configs.disableTypeChecked },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            ...nodeBuiltins.map((name) => ({
              name,
              message: 'workflow code runs in a sandbox without Node',
            })),
            ...[...engine, '@temporalio/client', '@temporalio/activity', 'fluent-ffmpeg'].map((name) => ({
              name,
            })),
          ],
          patterns: [
            { regex: '^(\\.\\./)+activities/', allowTypeImports: true, message: 'types only' },
            {
              regex: '^(\\.\\./)+(models|workers|client)/',
              message: 'workflows/ imports itself and pure packages',
            },
          ],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'Buffer', 'setImmediate', 'require'],
    },
  },
  ban('models', ['activities/', 'workers/', 'client/', 'workflows/(?!errors\\.ts$)'], temporal),
  ban('activities', ['workers/', 'client/'], ['@temporalio/worker', '@temporalio/workflow']),
  ban('workers', ['client/']),
  // What a backend imports is light: no engine, no worker, no command line.
  ban(
    'client',
    [
      'workers/',
      'models/',
      'activities/(?!store/|payloads/|request/|fetch/remote-uri\\.ts$|publish/(output-name|replace-file)\\.ts$)',
      'cli/',
    ],
    engine,
  ),
  // The command line puts everything together.
  { files: ['client/cli/**/*.ts'], rules: { '@typescript-eslint/no-restricted-imports': 'off' } },
);
