import { expect, it } from 'vitest';
import { lastWords } from '../../performance/contenders/last-words.ts';

it.each([
  [
    'Traceback:\n  File "x.py"\nModuleNotFoundError: No module named x\n',
    'ModuleNotFoundError: No module named x',
  ],
  ['throw new Error(\n\nError: no weights\n    at loadError (x.js)\n\nNode.js v20\n', 'Error: no weights'],
  ['warming up\nkilled\n\n', 'killed'],
  ['', ''],
])('of %j are %j', (stderr, expected) => {
  expect(lastWords(stderr)).toBe(expected);
});
