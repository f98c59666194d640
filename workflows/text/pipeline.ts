import { Given, invalid } from './given.ts';
import {
  fillers,
  guards,
  numbers,
  punctuation,
  script,
  terms,
  unicode,
  type NoOptions,
  type NumbersOptions,
  type PunctuationOptions,
  type ScriptOptions,
  type TermsOptions,
} from './options.ts';
import type { StepOptions } from './step.ts';
import type { Term } from './terms/term.ts';

/** Every released version of every step, in the order that they are usually taken in, the latest of a name last. */
const RELEASED = [
  unicode,
  script,
  punctuation,
  numbers,
  fillers,
  terms,
  guards,
] as readonly StepOptions<object>[];

export const STEP_NAMES: readonly string[] = [...new Set(RELEASED.map(({ name }) => name))];

/** A step of a pipeline as data, with every option decided: what a request says, and a transcript records. */
export type TextStep = { readonly version: number } & (
  | ({ readonly step: 'unicode' } & NoOptions)
  | ({ readonly step: 'script' } & ScriptOptions)
  | ({ readonly step: 'punctuation' } & PunctuationOptions)
  | ({ readonly step: 'numbers' } & NumbersOptions)
  | ({ readonly step: 'fillers' } & NoOptions)
  | ({ readonly step: 'terms' } & TermsOptions)
  | ({ readonly step: 'guards' } & NoOptions)
);

/** A step as a caller writes it: what is left out is the default. */
export type TextStepOptions = { readonly version?: number } & (
  | ({ readonly step: 'unicode' } & NoOptions)
  | ({ readonly step: 'script' } & ScriptOptions)
  | ({ readonly step: 'punctuation' } & Partial<PunctuationOptions>)
  | ({ readonly step: 'numbers' } & Partial<NumbersOptions>)
  | ({ readonly step: 'fillers' } & NoOptions)
  | ({ readonly step: 'terms'; readonly terms: readonly (string | Term)[] } & Partial<
      Omit<TermsOptions, 'terms'>
    >)
  | ({ readonly step: 'guards' } & NoOptions)
);

/** What is done where nobody says what: nothing that was said is taken for something else. */
export const DEFAULT_PIPELINE: readonly TextStepOptions[] = [{ step: 'unicode' }, { step: 'guards' }];

/** What a payload of a workflow's history has room for beside the rest of a request: the longest list of terms, once. */
const MOST_BYTES = 180_000;

/** A pipeline with more steps than these is a mistake. */
const MOST_STEPS = 20;

/**
 * A pipeline with every version and option decided: the latest version where none is named. `place` names it in
 * messages. Throws LH_PIPELINE_INVALID.
 */
export function readPipeline(given: unknown, place = 'text', steps = RELEASED): TextStep[] {
  if (!Array.isArray(given) || given.length > MOST_STEPS) {
    throw invalid(place, `a list of at most ${MOST_STEPS} steps`, given);
  }
  const pipeline = given.map((one, index) => readStep(new Given(one, `${place}[${index}]`), steps));
  const bytes = new TextEncoder().encode(JSON.stringify(pipeline)).length;
  if (bytes > MOST_BYTES) throw invalid(place, `at most ${MOST_BYTES} bytes of JSON`, bytes);
  return pipeline;
}

function readStep(given: Given, steps: readonly StepOptions<object>[]): TextStep {
  const names = [...new Set(steps.map(({ name }) => name))];
  const name = given.oneOf('step', names, null);
  const versions = steps.filter((step) => step.name === name);
  const wanted = given.value('version');
  const step = wanted === undefined ? versions.at(-1) : versions.find(({ version }) => version === wanted);
  if (step === undefined) {
    const known = versions.map(({ version }) => version).join(', ');
    throw given.invalid('version', `a version of \`${name}\`: ${known}`, wanted);
  }
  const options = step.read(given);
  given.end();
  return { step: name, version: step.version, ...options } as TextStep;
}
