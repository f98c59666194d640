import { fileURLToPath } from 'node:url';
import { decode } from '../../support/wav.ts';

/** A recording of `test/audio` as 16 kHz mono samples. */
export const decoded = (file: string): Promise<Int16Array> =>
  decode(fileURLToPath(new URL(`../../audio/${file}`, import.meta.url)));
