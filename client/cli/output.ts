import { once } from 'node:events';

/** Writes text to standard output; resolves when the reader's buffer has room for more. */
export async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

export const writeLine = (line: string): Promise<void> => write(`${line}\n`);

/** One JSON document, one line. */
export const writeJson = (document: unknown): Promise<void> => writeLine(JSON.stringify(document));
