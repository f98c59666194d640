import { expect, test } from 'vitest';
import { saturatesProducts } from '../../../models/whisper/cpu-flags.ts';
import { demandExactProducts } from '../../../models/whisper/exact-products.ts';
import { PRECISIONS } from '../../../models/whisper/precision.ts';

test.each(PRECISIONS)(
  'products of %s are exact here, or their flags say that they are not',
  async (precision) => {
    const outcome = demandExactProducts(precision);
    if (precision === 'int8' && saturatesProducts()) {
      await expect(outcome).rejects.toMatchObject({ code: 'LH_PRECISION_INEXACT' });
    } else {
      await expect(outcome).resolves.toBeUndefined();
    }
  },
);
