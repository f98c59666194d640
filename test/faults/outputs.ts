import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { testHome } from '../support/home.ts';
import { longhand } from '../support/longhand.ts';

/** The text of each output file, by its name. */
export type Outputs = Readonly<Record<string, string>>;

export async function readOutputs(folder: string): Promise<Outputs> {
  const names = (await readdir(folder)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
}

/** What a transcription of `audio` that nothing disturbs writes, on a home of its own. */
export async function undisturbed(audio: string): Promise<Outputs> {
  await using home = await testHome();
  const out = join(home.path, 'out');
  const { status, stderr } = await longhand(home.path, ['transcribe', audio, '--out', out]).outcome;
  expect(status, stderr).toBe(0);
  return readOutputs(out);
}

/** The transcript in a folder in its forms, without the run report. */
export async function readTranscript(folder: string): Promise<Outputs> {
  const outputs = Object.entries(await readOutputs(folder));
  return Object.fromEntries(outputs.filter(([name]) => !name.endsWith('.report.json')));
}
