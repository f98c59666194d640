import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { errorsPage } from './errors-page.ts';

const PAGE = fileURLToPath(new URL('../../docs/errors.md', import.meta.url));

// `npx vitest run test/docs/errors-page.test.ts --update` writes the page.
it('docs/errors.md is what the table of errors makes', async () => {
  const options = { ...(await resolveConfig(PAGE)), filepath: PAGE };
  await expect(await format(errorsPage(), options)).toMatchFileSnapshot(PAGE);
});
