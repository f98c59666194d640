/** Replaces a file, and stops for good between the copy and the rename, for the test to kill it there. */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

fs.rename = () => {
  process.stdout.write('copied');
  setInterval(() => undefined, 1000);
  return new Promise(() => undefined);
};
syncBuiltinESMExports();

const { replaceFile } = await import('../../../activities/publish/replace-file.ts');
const [, , path = '', target = '', job = ''] = process.argv;
await replaceFile(path, target, job);
