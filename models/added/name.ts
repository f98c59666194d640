import { LonghandError } from '../../workflows/errors.ts';
import { MODELS } from '../catalogue.ts';

/** A folder's name, a part of a task queue's, and nothing that is a revision (`@`). */
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Throws LH_OPTION_INVALID where `name` cannot be that of an added model. */
export function demandName(name: string): void {
  const refuse = (expected: string) =>
    new LonghandError('LH_OPTION_INVALID', `Expected \`name\` to be ${expected}, got \`${name}\``);
  if (!NAME.test(name) || name.includes('..')) {
    throw refuse(
      '1 to 64 lower-case letters, digits, dots (no two together), underscores and hyphens, with a letter or digit first',
    );
  }
  if (MODELS.some((model) => model.name === name)) {
    throw refuse(`none of the catalogue's (${MODELS.map((model) => model.name).join(', ')})`);
  }
}
