import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Two cards, as nvidia-smi lists what Longhand asks for. */
export const TWO_CARDS = [
  '0, NVIDIA L4, 23034, 1034, 7, 41, GPU-0a1b',
  '1, NVIDIA H200, 143771, 4, [N/A], [N/A], GPU-2c3d',
];

/** Puts an `nvidia-smi` into a folder that lists these cards; gives the environment in which it is the machine's. */
export async function madeDriver(
  folder: string,
  cards: readonly string[] = TWO_CARDS,
): Promise<NodeJS.ProcessEnv> {
  const driver = join(folder, 'nvidia-smi');
  const lines = cards.map((card) => `echo '${card}'\n`).join('');
  await writeFile(driver, `#!/bin/sh\n${lines}`);
  await chmod(driver, 0o755);
  return { PATH: `${folder}:${process.env.PATH}` };
}
