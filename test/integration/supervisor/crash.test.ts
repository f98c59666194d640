import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testHome } from '../../support/home.ts';
import { longhand } from '../../support/longhand.ts';
import { processesOf } from '../../support/processes.ts';

it('a worker that dies at every start ends the command with its last error, not never', async () => {
  await using home = await testHome();
  const crash = join(home.path, 'crash.cjs');
  const code =
    "if (/workers.media/.test(process.argv[1])) { console.error('Error: no such luck'); process.exit(7); }";
  await writeFile(crash, code);
  const env = { NODE_OPTIONS: `--require ${crash}` };
  const { status, stdout, stderr } = await longhand(home.path, ['transcribe', 'test/audio/en/jfk.flac'], env)
    .outcome;
  expect(stderr).toMatch(/^LH_SUPERVISOR_FAILED: .*media worker.*no such luck/m);
  expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
  expect(await processesOf(home.path)).toEqual([]);
}, 120_000);
