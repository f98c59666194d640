import { expect, it } from 'vitest';
import { openStore } from '../../../activities/store/open.ts';
import { testHome } from '../../support/home.ts';
import { standing } from '../../support/up.ts';
import { until } from '../../support/until.ts';
import { interrupt } from '../cli/command.ts';
import { STORE_KINDS } from '../store/kinds.ts';

const TIME_LIMIT = 120_000;

it.each(STORE_KINDS)(
  'a standing up deletes what is older than it is told to keep, on %s',
  { timeout: TIME_LIMIT },
  async (_, make) => {
    await using home = await testHome();
    await using kind = await make();
    const store = await openStore(kind.url);
    for (const key of ['recordings/old.pcm', 'sources/old']) await store.put(key, Buffer.from('xx'));
    await kind.age(31);
    await store.put('recordings/young.pcm', Buffer.from('xx'));
    const up = await standing(home.path, ['--keep-recordings', '30d', '--store', kind.url]);
    await until(
      () => up.stderr().includes('Retention: deleted 2 files'),
      () => `Expected a sweep to be told, got: ${up.stderr()}`,
    );
    const left: string[] = [];
    for await (const { key } of store.list('')) left.push(key);
    expect(left).toEqual(['recordings/young.pcm']);
    await interrupt(up);
  },
);
