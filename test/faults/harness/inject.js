/**
 * Loaded by `--import` into every process of a run: strikes the workers where the test has planned it, from outside,
 * at what they call of Node, ONNX Runtime and Temporal. No TypeScript, for it is loaded into threads too that know none.
 */
import { isMainThread } from 'node:worker_threads';

const [, part] = /workers\/(media|gpu)\.js$/.exec(process.argv[1] ?? '') ?? [];
if (isMainThread && part) {
  const { register } = await import('tsx/esm/api');
  const unregister = register();
  await import(`./${part}.ts`);
  await unregister();
}
