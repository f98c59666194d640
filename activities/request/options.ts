import { resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  FORMATS,
  GAP_POLICIES,
  LANGUAGE_PER,
  TASKS,
  type Format,
  type GapPolicy,
  type LanguagePer,
  type Task,
  type TranscriptionOptions,
} from '../../workflows/contract.ts';
import { DEFAULT_FORMATS, DEFAULT_MODEL } from '../../workflows/defaults.ts';
import { LonghandError, type ErrorCode } from '../../workflows/errors.ts';
import { DEFAULT_PIPELINE, readPipeline, type TextStepOptions } from '../../workflows/text/pipeline.ts';
import type { SubtitleStyle } from '../../workflows/formats/subtitle-style.ts';
import { formatRung, parseRung, RUNG_SHAPE } from '../../workflows/rung.ts';
import { hotwordsOf } from './hotwords.ts';
import type { UncheckedOptions } from './option-kinds.ts';
import { PRIORITIES, type PriorityName } from './priority.ts';
import { subtitlesOf } from './subtitle-options.ts';

/** Bytes of UTF-8: what a Temporal server takes for a key of fairness. */
const LONGEST_TENANT = 64;
/** Each is waited for, and named in a summary of 400 bytes. */
const MOST_RUNGS = 8;
/** Far beyond what the model's 223 tokens hold, and little enough to stand in the history of every chunk. */
const LONGEST_WORDING = 2000;
/** Control characters, half a surrogate pair, and what stands where a program was given bytes that are no UTF-8. */
const UNFIT = /[\p{Cc}\p{Cs}\uFFFD]/u;

/** What to transcribe to, and how. */
export interface TranscribeOptions {
  /** Language of the speech as Whisper names it (`en`, `zh`, `yue`), or `auto`. @default 'auto', which detects it */
  readonly language?: string;
  /** Languages that may be spoken, among which `auto` chooses. @default all that the model knows */
  readonly languages?: readonly string[];
  /**
   * What a detected language holds for: `chunk` follows a speaker who changes the language, `file` writes all in the
   * language that the first section with speech speaks most.
   * @default 'chunk'
   */
  readonly languagePer?: LanguagePer;
  /** `translate` writes English of what is said in another language. @default 'transcribe' */
  readonly task?: Task;
  /**
   * Text that the speech could go on from, in its language: the model takes over its spelling, names and punctuation.
   * Given to every chunk. With the hotwords at most 223 tokens of the model, some 150 English words.
   * @default none
   */
  readonly prompt?: string;
  /**
   * Names and terms that may be spoken, in any order. Given to every chunk, before the prompt.
   * @default those of the step `terms`, as many as fit
   */
  readonly hotwords?: string;
  /** Whether each word of the json output gets its time and probability. @default false */
  readonly words?: boolean;
  /**
   * Name of a model, of the catalogue or added to the workers' home; `name@revision` for one version of it, by the
   * beginning of its revision. @default 'base', and of an added model the version that is current at the start
   */
  readonly model?: string;
  /**
   * The rungs to try, best first: what a chunk falls down when memory runs out. Each is a precision (`fp16`, `int8`), on
   * another model where one stands before it (`tiny.en:int8`), on the processors that stand by for cards where `@cpu`
   * stands behind it. At most 8.
   * @default those of the devices that serve the model
   */
  readonly ladder?: readonly string[];
  /** What becomes of a chunk that no rung gives a text: `mark` it and go on, or `fail` the whole. @default 'mark' */
  readonly gaps?: GapPolicy;
  /**
   * Whether a device that is too busy may leave chunks to a lower rung of the ladder: the text may differ with the load.
   * @default false
   */
  readonly lowerUnderLoad?: boolean;
  /**
   * What is done to the text, step by step: each by its name, with its options (docs/text.md). The version is the latest
   * where none is named. @default `unicode`, then `guards`
   */
  readonly text?: readonly TextStepOptions[];
  /** Output formats, in any order; `vtt-words` needs `words`. @default json, srt, tsv, txt, vtt */
  readonly formats?: readonly Format[];
  /**
   * How subtitles are cut, in whole numbers: columns of a line (10–120; East Asian wide characters take two), lines of a
   * cue (1–3), columns a second that people read (5–60).
   * @default 42 columns, 2 lines, 20 columns a second
   */
  readonly subtitles?: Partial<Pick<SubtitleStyle, 'columns' | 'lines' | 'speed'>>;
  /**
   * Folder for the output files, on a disk that the workers share; made where it is missing.
   * @default none: the outputs stay in the store, for `read()` and `download()`
   */
  readonly out?: string;
  /**
   * The caller's own name for the transcription, which becomes its ID: 1 to 120 of `a-z 0-9 . _ -`, a letter or digit
   * first. The same key with another source or other options is refused with LH_KEY_CONFLICT.
   * @default an ID made from the source's name, the day, and the request
   */
  readonly key?: string;
  /**
   * On whose behalf, for `list()` and for whose turn it is: tenants take turns at the devices, however much one of them asks
   * for. 1 to 64 bytes of UTF-8. @default none, and those without one take turns as one
   */
  readonly tenant?: string;
  /**
   * Whose chunks go first where the devices are busy: those of `interactive` before all of `normal`, those before all of
   * `batch`. It is no part of the request: whoever attaches to a transcription leaves its priority as it is.
   * @default 'normal'
   */
  readonly priority?: PriorityName;
}

/** What to make of a finished transcript. */
export type ReprocessOptions = Pick<TranscribeOptions, 'text' | 'formats' | 'out' | 'key'>;

/**
 * The canonical form of what a caller wants: every field decided, lists without repetition, formats sorted. What the
 * catalogue knows (which models, which languages) is checked by the workers.
 *
 * Throws LH_LANGUAGE_UNKNOWN, LH_FORMAT_UNKNOWN, LH_MODEL_UNKNOWN, LH_PIPELINE_INVALID or LH_OPTION_INVALID.
 */
export function canonicalOptions(wanted: UncheckedOptions): TranscriptionOptions {
  const model = shaped('model', wanted.model ?? DEFAULT_MODEL);
  const words = wanted.words ?? false;
  const subtitles = subtitlesOf(wanted.subtitles ?? {});
  const text = readPipeline(wanted.text ?? DEFAULT_PIPELINE);
  const prompt = wording('prompt', wanted.prompt);
  const listed = text.flatMap((step) => (step.step === 'terms' ? step.terms : []));
  return {
    ...spokenLanguages(wanted),
    task: oneOf('task', wanted.task ?? 'transcribe', TASKS),
    prompt,
    hotwords:
      wanted.hotwords === undefined ? hotwordsOf(listed, prompt) : wording('hotwords', wanted.hotwords),
    words,
    model,
    ladder: ladderOf(wanted.ladder ?? [], model),
    gaps: oneOf('gaps', wanted.gaps ?? 'mark', GAP_POLICIES),
    ...(wanted.lowerUnderLoad && { lowerUnderLoad: true as const }),
    text,
    formats: formatsOf(wanted.formats ?? DEFAULT_FORMATS, words),
    ...(subtitles && { subtitles }),
    out: wanted.out === undefined ? null : folderUri(wanted.out),
  };
}

/** Throws LH_OPTION_INVALID. */
export function canonicalTenant(tenant: string | undefined): string | null {
  if (tenant === undefined) return null;
  if (tenant !== '' && Buffer.byteLength(tenant) <= LONGEST_TENANT && !UNFIT.test(tenant)) return tenant;
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected \`tenant\` to be 1 to ${LONGEST_TENANT} bytes of Unicode without control characters, ` +
      `got ${JSON.stringify(tenant)}`,
  );
}

/** Throws LH_OPTION_INVALID. */
export const canonicalPriority = (priority: string | undefined): PriorityName =>
  oneOf('priority', priority ?? 'normal', PRIORITIES);

const SHAPES: Readonly<Record<'language' | 'model', [RegExp, ErrorCode, string]>> = {
  language: [/^(auto|[a-z]{2,3})$/, 'LH_LANGUAGE_UNKNOWN', 'auto or a code of two or three letters'],
  model: [/^[a-z0-9][a-z0-9._-]{0,99}(@[a-z0-9]{1,64})?$/, 'LH_MODEL_UNKNOWN', 'the name of a model'],
};

function shaped(option: 'language' | 'model', wanted: string): string {
  const [shape, code, expected] = SHAPES[option];
  const value = wanted.trim().toLowerCase();
  if (shape.test(value)) return value;
  throw new LonghandError(code, `Expected \`${option}\` to be ${expected}, got \`${wanted}\``);
}

/** One language that is allowed is one that is given, and what is given holds everywhere. */
function spokenLanguages(
  wanted: UncheckedOptions,
): Pick<TranscriptionOptions, 'language' | 'languages' | 'languagePer'> {
  const language = shaped('language', wanted.language ?? 'auto');
  const per = oneOf('languagePer', wanted.languagePer ?? 'chunk', LANGUAGE_PER);
  const allowed = [...new Set(wanted.languages?.map((code) => shaped('language', code)))].sort();
  if (allowed.length > 0 && (language !== 'auto' || allowed.includes('auto'))) {
    throw new LonghandError(
      'LH_OPTION_INVALID',
      'Expected `languages` to be codes among which `language` `auto` chooses, ' +
        `got \`${allowed.join(', ')}\` with \`language\` \`${language}\``,
    );
  }
  const [only = language] = allowed.length === 1 ? allowed : [];
  if (only !== 'auto') return { language: only, languages: [], languagePer: 'chunk' };
  return { language, languages: allowed, languagePer: per };
}

/** What the model reads before it listens. Throws LH_OPTION_INVALID. */
function wording(option: 'prompt' | 'hotwords', wanted = ''): string | null {
  const text = wanted.trim();
  if (text.length <= LONGEST_WORDING && !UNFIT.test(text)) return text === '' ? null : text;
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected \`${option}\` to be at most ${LONGEST_WORDING} characters of Unicode without control characters, ` +
      `got ${text.length}: ${JSON.stringify(text.slice(0, 40))}`,
  );
}

/** The names of rungs, each once. Throws LH_OPTION_INVALID. */
function ladderOf(wanted: readonly string[], model: string): string[] {
  const names = wanted.map((text) => {
    const rung = parseRung(text);
    if (rung !== null) return formatRung(rung, model);
    throw new LonghandError(
      'LH_OPTION_INVALID',
      `Expected each rung of \`ladder\` to be ${RUNG_SHAPE}, got \`${text}\``,
    );
  });
  const rungs = [...new Set(names)];
  if (rungs.length <= MOST_RUNGS) return rungs;
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected \`ladder\` to have at most ${MOST_RUNGS} rungs, got ${rungs.length}`,
  );
}

function oneOf<T extends string>(option: string, wanted: string, known: readonly T[]): T {
  const [name] = named(option, [wanted], known);
  return name!;
}

function formatsOf(wanted: readonly string[], words: boolean): Format[] {
  if (wanted.length === 0) throw unknownName('formats', '', FORMATS);
  const formats = named('formats', wanted, FORMATS).sort();
  if (words || !formats.includes('vtt-words')) return formats;
  throw new LonghandError(
    'LH_OPTION_INVALID',
    'Expected `words` to be asked for with the format `vtt-words`, which needs their times',
  );
}

function named<T extends string>(option: string, wanted: readonly string[], known: readonly T[]): T[] {
  const names = wanted.map((name) => {
    const found = known.find((one) => one === name.trim().toLowerCase());
    if (found === undefined) throw unknownName(option, name, known);
    return found;
  });
  return [...new Set(names)];
}

function unknownName(option: string, name: string, known: readonly string[]): LonghandError {
  const code = option === 'formats' ? 'LH_FORMAT_UNKNOWN' : 'LH_OPTION_INVALID';
  return new LonghandError(code, `Expected \`${option}\` to be some of ${known.join(', ')}, got \`${name}\``);
}

function folderUri(out: string): string {
  if (out === '' || /[\p{Cs}\0]/u.test(out)) {
    const message = `Expected \`out\` to be a folder's name in Unicode, got ${JSON.stringify(out)}`;
    throw new LonghandError('LH_OPTION_INVALID', message);
  }
  return pathToFileURL(resolve(out) + sep).href;
}
