import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ownedName } from '../../../activities/store/owner.ts';
import { testHome } from '../../support/home.ts';
import { standing } from '../../support/up.ts';
import { expectNothingLeft, interrupt } from '../cli/command.ts';

it('the end of a supervisor leaves nothing of workers that were killed while they wrote', async () => {
  await using home = await testHome();
  const up = await standing(home.path);
  const parts = (await ownedName('put')).split('~');
  // A process of this id that began at another time, so one that is dead.
  const dead = parts.with(3, '00000000').join('~');
  await mkdir(join(home.path, 'store', '.tmp'), { recursive: true });
  await writeFile(join(home.path, 'store', '.tmp', dead), 'half a chunk');
  expect((await interrupt(up)).status).toBe(0);
  await expectNothingLeft(home.path);
}, 120_000);
