/**
 * The steps of the text as a worker has them: Temporal freezes, deeply, what the modules export that its workflows share.
 * A step that writes to such a thing fails in a workflow alone, after the GPU's work.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';

const STEPS = join(import.meta.dirname, '../../workflows/text');

if (expect.getState().testPath?.includes('/test/unit/text/')) {
  const files = await readdir(STEPS, { recursive: true });
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const exported = (await import(join(STEPS, file))) as object;
    for (const value of Object.values(exported)) freeze(value);
  }
}

/** As `deepFreeze` of `@temporalio/worker`: functions without what they hold, no prototypes, nothing within maps. */
function freeze(value: unknown): void {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return;
  if (Object.isFrozen(value) || ArrayBuffer.isView(value)) return;
  if (typeof value === 'object') for (const key of Reflect.ownKeys(value)) freeze(Reflect.get(value, key));
  Object.freeze(value);
}
