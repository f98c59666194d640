import { expect, it } from 'vitest';
import { processSpace } from '../../../activities/store/owner.ts';
import { workerIdentity } from '../../../workers/identity.ts';

it('names role, process and host, and ends in the space that clients compare with their own', async () => {
  const identity = await workerIdentity('media');
  expect(identity).toMatch(new RegExp(`^media ${process.pid}@\\S+ [0-9a-f]{8}$`));
  expect(identity.split(' ').at(-1)).toBe(await processSpace());
});
