import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { figuresPage } from './figures-page.ts';

const PAGE = fileURLToPath(new URL('../../docs/figures.md', import.meta.url));

// `npx vitest run test/docs/figures-page.test.ts --update` writes the page.
it('docs/figures.md is what the table of figures makes', async () => {
  const options = { ...(await resolveConfig(PAGE)), filepath: PAGE };
  await expect(await format(figuresPage(), options)).toMatchFileSnapshot(PAGE);
});
