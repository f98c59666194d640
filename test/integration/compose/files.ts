import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { MAIN, ROOT } from '../../support/root.ts';

/** A service of the compose file, as far as tests read it. */
export interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: readonly { readonly path: string; readonly required: boolean }[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly restart?: string;
  readonly profiles?: readonly string[];
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly configs: Readonly<Record<string, { readonly content?: string; readonly file?: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** A file of the repository as text, by its path from the top. */
export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** A YAML text with its merge keys resolved, as Compose reads it. */
export const readCompose = (text: string): Compose => parse(text, { merge: true }) as Compose;

/** The compose file's own variables, `NAME` of `${NAME:-default}`, with their defaults. */
export function variablesOf(text: string): Map<string, string | undefined> {
  const uses = text.matchAll(/(?<!\$)\$\{(\w+)(?::-([^}]*))?\}/g);
  return new Map([...uses].map(([, name = '', fallback]) => [name, fallback]));
}

/** A text as Compose hands it on: variables replaced by `values` or their defaults, `$$` by `$`. */
export function resolved(text: string, values: Readonly<Record<string, string>> = {}): string {
  return text.replaceAll(/\$(?:\$|\{(\w+)(?::-([^}]*))?\})/g, (_whole, name?: string, fallback?: string) =>
    name === undefined ? '$' : (values[name] ?? fallback ?? ''),
  );
}

export interface Instruction {
  readonly keyword: string;
  readonly rest: string;
}

/** A Dockerfile's instructions, their lines joined, without comments. */
export function readDockerfile(text: string): Instruction[] {
  const lines = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, ' ');
  return lines.split('\n').flatMap((line) => {
    const [, keyword, rest] = /^([A-Z]+)\s+(.+)$/.exec(line.trim()) ?? [];
    return keyword && rest ? [{ keyword, rest }] : [];
  });
}

/** The instructions of a Dockerfile's stage. Throws where it has none of that name. */
export function stageOf(instructions: readonly Instruction[], name: string): readonly Instruction[] {
  const from = instructions.findIndex(
    ({ keyword, rest }) => keyword === 'FROM' && rest.endsWith(` AS ${name}`),
  );
  if (from < 0) throw new Error(`Expected a stage called ${name} in the Dockerfile, found none`);
  const next = instructions.findIndex(({ keyword }, at) => at > from && keyword === 'FROM');
  return instructions.slice(from, next < 0 ? undefined : next);
}

/** A flag that no command has. */
export const NO_FLAG = '--no-such-flag';

/** What `longhand` says of its first flag that it does not have, `NO_FLAG` behind all others. Nothing is started. */
export const refusedOf = (words: readonly string[], env: NodeJS.ProcessEnv = {}): string =>
  spawnSync(process.execPath, [MAIN, ...words, NO_FLAG], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  }).stderr;
