/** Replaces a file and prints the code of what stopped it. */
import { replaceFile } from '../../../activities/publish/replace-file.ts';

const [, , path = '', target = '', job = ''] = process.argv;
await replaceFile(path, target, job).catch((error: unknown) => {
  process.stdout.write((error as { code: string }).code);
});
