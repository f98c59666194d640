import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureModel } from '../../../models/catalogue.ts';
import { longhandHome } from '../../../models/home.ts';
import { buildGraphs } from '../../../models/whisper/build.ts';
import { WhisperSession } from '../../../models/whisper/session.ts';
import { allowedErrors } from '../../support/comparison.ts';
import { countErrors } from '../../support/error-rate.ts';
import { testHome } from '../../support/home.ts';
import { longhand } from '../../support/longhand.ts';
import { clipsOf, pathOf, referenceOf } from '../../support/manifest.ts';
import { textOf, transcriptOf } from '../../support/outputs.ts';
import { expectReference, readReference } from './reference.ts';

/** What faster-whisper heard with the same weights (`test/performance/reference/make_texts.py`). */
const peer = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../performance/reference/texts-tiny.en.json'), 'utf8'),
) as { readonly texts: Readonly<Record<string, string>> };

let folder: string;
let graphs: string;
beforeAll(async () => {
  ({ folder } = await ensureModel('tiny.en', { home: longhandHome() }));
  graphs = mkdtempSync(join(tmpdir(), 'longhand-graphs-'));
  await buildGraphs(folder, join(graphs, 'fp32'), 'fp32');
}, 300_000);
afterAll(() => graphs && rmSync(graphs, { recursive: true, force: true }));

test('fp32 chooses the tokens of CTranslate2 in float32, and takes English alone', async () => {
  const where = { folder, graphs: join(graphs, 'fp32') };
  using session = await WhisperSession.load({ ...where, precision: 'fp32', device: 'cpu', threads: 2 });
  await expectReference(session, readReference('tiny.en'));
  const encoded = await session.encode(new Float32Array(16_000));
  const row = { encoded, decode: { language: 'zh' }, samples: 16_000 };
  await expect(session.decode([row])).rejects.toMatchObject({ code: 'LH_LANGUAGE_UNKNOWN' });
}, 300_000);

test('the command transcribes with --model tiny.en as well as the peer', async () => {
  await using home = await testHome();
  const clips = clipsOf('speech').filter(({ language }) => language === 'en');
  const out = join(home.path, 'out');
  const command = [
    'transcribe',
    ...clips.map(pathOf),
    '--model',
    'tiny.en',
    '--formats',
    'json',
    '--out',
    out,
  ];
  const { status, stderr } = await longhand(home.path, command).outcome;
  expect(status, stderr).toBe(0);

  let [errors, peerErrors, units] = [0, 0, 0];
  for (const clip of clips) {
    const transcript = await transcriptOf(basename(clip.file), out);
    expect(transcript).toMatchObject({ language: 'en' });
    const own = countErrors(textOf(transcript), referenceOf(clip));
    const theirs = countErrors(peer.texts[clip.file] ?? '', referenceOf(clip));
    process.stdout.write(`${clip.file}: ${own.errors} of ${own.units} (the peer: ${theirs.errors})\n`);
    errors += own.errors;
    peerErrors += theirs.errors;
    units += own.units;
  }
  expect(errors).toBeLessThanOrEqual(allowedErrors(peerErrors, units));
}, 400_000);
