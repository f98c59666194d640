import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAMILY } from '../../../models/whisper/family.ts';
import { buildGraphs } from '../../../models/whisper/build.ts';
import { WhisperSession } from '../../../models/whisper/session.ts';
import { pcmOf } from '../../support/pcm.ts';
import {
  SUPPRESSED,
  randomTensors,
  writeVocabulary,
  type RandomShape,
} from '../../support/random-whisper.ts';
import { ct2Bytes, hubTensors, safetensorsBytes } from '../../unit/whisper/tiny-model.ts';

interface Window {
  readonly file: string;
  readonly language?: string;
  readonly languageProbability?: number;
  readonly noSpeech: number;
  readonly averageLogProbability: number;
  readonly tokens: readonly number[];
}
type Layout = 'ct2' | 'safetensors';
interface RandomModel extends RandomShape {
  readonly name: string;
  readonly windows: readonly Window[];
}

const { models } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../performance/reference/whisper-random.json'), 'utf8'),
) as { models: readonly RandomModel[] };

let home: string;
beforeAll(() => void (home = mkdtempSync(join(tmpdir(), 'longhand-family-'))));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe.each(models)('a small model of the shape of $name', (model) => {
  const folder = (layout: Layout) => join(home, model.name, layout);
  const published = FAMILY.find(({ name }) => name === model.name);

  test('has the mel bands, the vocabulary and the proportions of the published one', () => {
    expect(published).toMatchObject({ mels: model.mels, vocabulary: model.vocabulary });
    const sign = Math.sign(published!.encoderLayers - published!.decoderLayers);
    expect(Math.sign(model.encoderLayers - model.decoderLayers)).toBe(sign);
  });

  test('chooses the tokens of CTranslate2, from either layout', async () => {
    const build = (layout: Layout) => {
      writeModel(folder(layout), layout, model);
      return buildGraphs(folder(layout), join(folder(layout), 'graphs'), 'fp32');
    };
    expect(await build('safetensors')).toEqual(await build('ct2'));

    const from = { folder: folder('ct2'), graphs: join(folder('ct2'), 'graphs') };
    using session = await WhisperSession.load({ ...from, precision: 'fp32', device: 'cpu', threads: 2 });
    for (const window of model.windows) {
      const pcm = pcmOf(join(import.meta.dirname, '../../audio', window.file));
      const row = { encoded: await session.encode(pcm), decode: { language: 'auto' }, samples: pcm.length };
      const [result] = await session.decode([row]);
      // A model of random weights hardly ever ends its text.
      expect(result!.tokens.slice(0, window.tokens.length), window.file).toEqual(window.tokens);
      expect(result!.language).toBe(window.language ?? 'en');
      expect(result!.languageProbability).toBeCloseTo(window.languageProbability ?? 1, 3);
      expect(result!.noSpeech / window.noSpeech).toBeCloseTo(1, 2);
    }
  }, 300_000);
});

/** Takes no tokenizer.json, so that the vocabulary of CTranslate2's converter is read. */
function writeModel(folder: string, layout: Layout, model: RandomModel): void {
  const tensors = randomTensors(model);
  mkdirSync(folder, { recursive: true });
  writeVocabulary(folder, model.vocabulary);
  if (layout === 'ct2') {
    writeFileSync(join(folder, 'model.bin'), ct2Bytes(tensors));
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ suppress_ids: SUPPRESSED }));
  } else {
    writeFileSync(join(folder, 'model.safetensors'), safetensorsBytes(hubTensors(tensors)));
    writeFileSync(join(folder, 'generation_config.json'), JSON.stringify({ suppress_tokens: SUPPRESSED }));
  }
}
