import { fillers } from './fillers.ts';
import { guards } from './guards.ts';
import { numbers } from './numbers.ts';
import type { TextStep } from './pipeline.ts';
import { punctuation } from './punctuation.ts';
import { script } from './script.ts';
import type { Step } from './step.ts';
import { terms } from './terms.ts';
import { unicode } from './unicode.ts';

/** A step without its type: what it is run with are options that it has read itself. */
export type AnyStep = Step<object>;

/** Every version of every step that a pipeline can name. */
const STEPS = [
  unicode,
  script,
  punctuation,
  numbers,
  fillers,
  terms,
  guards,
] as unknown as readonly AnyStep[];

/** The step that a pipeline names, which was checked before. */
export function findStep({ step, version }: TextStep): AnyStep {
  return STEPS.find((one) => one.name === step && one.version === version)!;
}
