import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MODELS } from '../../models/catalogue.ts';
import { FAMILY } from '../../models/whisper/family.ts';
import { ROOT } from '../support/root.ts';

const page = readFileSync(join(ROOT, 'docs/engine.md'), 'utf8');
const { models } = JSON.parse(
  readFileSync(join(ROOT, 'test/performance/reference/whisper-random.json'), 'utf8'),
) as { models: readonly { readonly name: string }[] };

test('docs/engine.md lists every published Whisper, and how it was checked', () => {
  const checked = (name: string) => {
    if (MODELS.some((model) => model.name === name)) return 'run';
    return models.some((model) => model.name === name) ? 'shape' : '–';
  };
  const expected = FAMILY.map(({ name, repository, ...sizes }) =>
    [
      ...[`\`${name}\``, `\`${repository}\``, `${sizes.encoderLayers} + ${sizes.decoderLayers}`],
      ...[sizes.width, sizes.mels, sizes.vocabulary, checked(name)],
    ].join(' | '),
  );
  const section = /^## Every Whisper$([^]*?)^- \*\*run\*\*/m.exec(page)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  expect(
    rows.map((row) =>
      row
        .slice(2, -2)
        .replace(/ +\| +/g, ' | ')
        .trim(),
    ),
  ).toEqual(expected);
});
