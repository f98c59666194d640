import { expect, it } from 'vitest';
import { testHome } from '../../support/home.ts';
import { longhand } from '../../support/longhand.ts';

it('two homes that start at the same moment have a server each, on ports of their own', async () => {
  await using one = await testHome();
  await using other = await testHome();
  const outcomes = await Promise.all(
    [one, other].map(({ path }) => longhand(path, ['transcribe', 'test/audio/en/jfk.flac']).outcome),
  );
  for (const { status, stdout, stderr } of outcomes) {
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('ask not what your country can do for you');
  }
}, 120_000);
