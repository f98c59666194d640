import { readFile } from 'node:fs/promises';
import { LonghandError } from '../../workflows/errors.ts';
import { readPipeline, type TextStep } from '../../workflows/text/pipeline.ts';
import { readTermsFile } from '../terms-file.ts';

/** What to do with the text. */
export interface TextFlags {
  readonly script?: string;
  readonly punctuation?: string;
  readonly numbers?: true;
  /** Asks for `numbers` as well. */
  readonly largeNumbers?: string;
  readonly removeFillers?: true;
  readonly terms?: string;
  readonly termsBySound?: true;
  /** False by `--no-guards`. */
  readonly guards?: boolean;
  readonly pipeline?: string;
  readonly explain?: true;
}

/**
 * The steps that flags ask for, in their usual order, or those of the file of `--pipeline`; undefined where nothing is
 * asked. `tell` hears how a file was read. Throws LH_PIPELINE_INVALID, LH_TERMS_UNREADABLE and LH_OPTION_INVALID.
 */
export async function textSteps(
  flags: TextFlags,
  tell: (remark: string) => void,
): Promise<readonly TextStep[] | undefined> {
  const { script, punctuation, numbers, largeNumbers: large, removeFillers, terms, termsBySound } = flags;
  const { guards = true } = flags;
  const asked = { script, punctuation, numbers, large, removeFillers, terms, termsBySound };
  const names = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (termsBySound && terms === undefined) throw needless('terms-by-sound', 'with `--terms`');
  if (flags.pipeline !== undefined) {
    if (names.length > 0 || !guards) throw needless('pipeline', 'by itself');
    return pipelineOf(flags.pipeline);
  }
  if (names.length === 0 && guards) return undefined;
  const list = terms === undefined ? undefined : await readTermsFile(terms);
  if (list) tell(`${terms}: ${countOf(list.terms)}, ${list.encoding}`);
  return readPipeline([
    { step: 'unicode' },
    ...(script === undefined ? [] : [{ step: 'script', to: script }]),
    ...(punctuation === undefined ? [] : [{ step: 'punctuation', style: punctuation }]),
    ...(numbers || large !== undefined ? [{ step: 'numbers', ...(large !== undefined && { large }) }] : []),
    ...(removeFillers ? [{ step: 'fillers' }] : []),
    ...(list ? [{ step: 'terms', terms: list.terms, sound: termsBySound === true }] : []),
    ...(guards ? [{ step: 'guards' }] : []),
  ]);
}

const countOf = ({ length }: readonly unknown[]): string => `${length} term${length === 1 ? '' : 's'}`;

function needless(option: string, expected: string): LonghandError {
  return new LonghandError('LH_OPTION_INVALID', `Expected \`--${option}\` ${expected}`);
}

async function pipelineOf(path: string): Promise<TextStep[]> {
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new LonghandError('LH_PIPELINE_INVALID', `Expected a pipeline at ${path}, but it cannot be read`, {
      cause,
    });
  });
  try {
    return readPipeline(JSON.parse(content), path);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const message = `Expected a pipeline in ${path}, but it is no JSON: ${cause.message}`;
    throw new LonghandError('LH_PIPELINE_INVALID', message, { cause });
  }
}
