import type { ArtifactFile } from '../cache/artifact.ts';
import type { AddedModel } from './registry.ts';

/** What is known of a model before its files are in the home. */
export type Description = Pick<
  AddedModel,
  'revision' | 'files' | 'sources' | 'layout' | 'licence' | 'source'
>;

/** A hub's `owner/name`, with the branch, tag or commit behind `@`. */
export interface Repository {
  readonly repository: string;
  readonly ref: string;
}

const REPOSITORY = /^([\w.-]+\/[\w.-]+)(?:@([\w./-]+))?$/;

/** The repository of the model hub that `source` names; null where it has another shape. */
export function parseRepository(source: string): Repository | null {
  const [, repository, ref = 'main'] = REPOSITORY.exec(source) ?? [];
  return repository === undefined ? null : { repository, ref };
}

/** Files in the order of their names: what the same content is named by, whoever lists it. */
export const byName = (files: readonly ArtifactFile[]): ArtifactFile[] =>
  [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
