import { expect, it } from 'vitest';
import { ROOT } from '../../support/root.ts';
import { HEAVY, listLoaded } from './loaded.ts';

/** What a program that imports these modules and does nothing loads; `longhand` is this package by its own name. */
async function loadedBy(...names: string[]): Promise<string[]> {
  const program = names.map((name) => `await import('${name}');`).join('');
  const { modules } = await listLoaded(['--input-type=module', '--eval', program], { cwd: ROOT });
  return modules;
}

const heavyOf = (modules: readonly string[]): string[] => modules.filter((path) => HEAVY.test(path));

it('importing longhand loads neither ONNX Runtime nor the Temporal worker', async () => {
  const modules = await loadedBy('longhand');
  expect(heavyOf(modules)).toEqual([]);
  // The list is one that would show them.
  expect(modules.some((path) => path.includes('node_modules/@temporalio/client/'))).toBe(true);
});

it('importing the steps loads nothing of a server either', async () => {
  const modules = await loadedBy('longhand/text');
  expect(heavyOf(modules)).toEqual([]);
  expect(modules.filter((path) => /node_modules\/(@temporalio|@grpc|@aws-sdk)\//.test(path))).toEqual([]);
});

it.each([
  ['onnxruntime-node', /onnxruntime-node\/.*\.node$/],
  ['@temporalio/worker', /core-bridge\/.*\.node$/],
])('an import of %s beside it would be seen, by its files and its native part', async (name, native) => {
  const heavy = heavyOf(await loadedBy('longhand', name));
  expect(heavy.filter((path) => path.includes(`node_modules/${name}/`))).not.toEqual([]);
  expect(heavy.filter((path) => native.test(path))).not.toEqual([]);
});
