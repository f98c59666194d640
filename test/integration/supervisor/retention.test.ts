import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testHome } from '../../support/home.ts';
import { standing } from '../../support/up.ts';
import { until } from '../../support/until.ts';
import { interrupt } from '../cli/command.ts';

const TIME_LIMIT = 120_000;

it('a standing up deletes what is older than it is told to keep', { timeout: TIME_LIMIT }, async () => {
  await using home = await testHome();
  const recordings = join(home.path, 'store/recordings');
  await mkdir(recordings, { recursive: true });
  for (const [name, days] of [
    ['old', 31],
    ['young', 29],
  ] as const) {
    const path = join(recordings, `${name}.pcm`);
    await writeFile(path, 'xx');
    const then = Date.now() / 1000 - days * 24 * 3600;
    await utimes(path, then, then);
  }
  const up = await standing(home.path, ['--keep-recordings', '30d']);
  await until(
    () => up.stderr().includes('Retention: deleted 1 file'),
    () => `Expected a sweep to be told, got: ${up.stderr()}`,
  );
  expect(await readdir(recordings)).toEqual(['young.pcm']);
  await interrupt(up);
});
