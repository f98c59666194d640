import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { TranscriptionResult } from '../../workflows/contract.ts';

/**
 * Writes a transcription's outputs to standard output, or, where they are files, their paths. `header` goes before
 * the text where one command prints several.
 */
export async function printOutputs(
  { outputs }: TranscriptionResult,
  { header, toFiles }: { readonly header: string | null; readonly toFiles: boolean },
): Promise<void> {
  if (header !== null && !toFiles) process.stdout.write(`==> ${header} <==\n`);
  for (const { uri } of outputs) {
    const path = fileURLToPath(uri);
    if (toFiles) process.stderr.write(`${path}\n`);
    else await pipeline(createReadStream(path), process.stdout, { end: false });
  }
}
