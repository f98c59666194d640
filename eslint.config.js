import js from '@eslint/js';
import globals from 'globals';
import { builtinModules } from 'node:module';
import ts from 'typescript-eslint';

/** Node's built-in modules, under both of their names. */
const nodeBuiltins = builtinModules.flatMap((name) => [name, `node:${name}`]);

/**
 * Who may import whom: the table of the house. `allow` lists the folders whose modules a folder may import
 * beside its own; `packages` are npm packages forbidden to it.
 */
const ban = (folder, bannedFolders, { packages = [], only = '' } = {}) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        paths: packages.map((name) => ({ name, message: `${folder} may not import ${name}` })),
        patterns: [
          ...bannedFolders.map((other) => ({
            regex: `^(\\.\\./)+${other}/${only}`,
            message: `${folder}/ may not import from ${other}/`,
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
  ban('models', ['activities', 'workers', 'client', 'workflows/(?!errors)'], { packages: temporal }),
  ban('activities', ['workers', 'client'], { packages: ['@temporalio/worker', '@temporalio/workflow'] }),
  ban('workers', ['client']),
  ban('client', ['workers', 'models', 'activities/(?!store)'], { packages: engine }),
  // The command line puts everything together.
  { files: ['client/cli/**/*.ts'], rules: { '@typescript-eslint/no-restricted-imports': 'off' } },
);
