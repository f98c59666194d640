import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { ownOf, readerOf } from '../../../../workers/governor/readings.ts';

const MB = 2 ** 20;
/** As nvidia-smi lists them. */
const CARDS = ['0, NVIDIA L4, 1000, 5, 3, 40, GPU-a', '1, NVIDIA L4, 23034, 2034, 97, 71, GPU-b'];

afterEach(() => vi.unstubAllEnvs());

it('of the host: memory, what the processes hold of it, and the load since the reading before', async () => {
  const read = readerOf('cpu');
  const reading = await read([process.pid]);
  expect(reading?.total).toBeLessThanOrEqual(totalmem());
  expect(reading?.free).toBeGreaterThan(0);
  expect(reading?.own).toBeGreaterThan(10 * MB);
  // A core that computes between two readings is seen.
  for (const end = performance.now() + 100; performance.now() < end;);
  const load = (await read([process.pid]))?.load ?? 0;
  expect(load).toBeGreaterThan(0);
  expect(load).toBeLessThanOrEqual(1);
});

it('of the host, whose engine has just ended: what it held cannot be told', async () => {
  expect(await readerOf('cpu')([2 ** 30])).toMatchObject({ own: null });
});

it('of a card: what its driver says, and what is ours of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longhand-driver-'));
  try {
    const driver = join(folder, 'nvidia-smi');
    await writeFile(
      driver,
      '#!/bin/sh\n' +
        `case $1 in --id=GPU-b) printf '7, 1500\\n8, 300\\n9, 200\\n';; *gpu=*) echo '${CARDS.join("'; echo '")}';; esac\n`,
    );
    await chmod(driver, 0o755);
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    expect(await readerOf('cuda:1')([7, 9])).toEqual({
      total: 23_034 * MB,
      free: 21_000 * MB,
      own: 1700 * MB,
      load: 0.97,
      temperature: 71,
    });
    expect(await readerOf('cuda:2')([7])).toBeNull();
    // One of the two is shown to us.
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '1');
    expect(await readerOf('cuda:0')([8])).toMatchObject({ total: 23_034 * MB, own: 300 * MB });
    expect(await readerOf('cuda:1')([8])).toBeNull();
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('in a container, where processes have other numbers: what is ours cannot be told', () => {
  expect(ownOf('', [7])).toBeNull();
  expect(ownOf('3, 100\n', [7])).toBeNull();
  expect(ownOf('7, [N/A]\n', [7])).toBeNull();
});
