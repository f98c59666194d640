import type { TranscriptionOptions, TranscriptionRequest } from './contract.ts';

/** The options that every decided request has; the others may be left out of one. */
const OPTIONS: readonly (keyof TranscriptionOptions)[] = [
  ...(['language', 'languages', 'languagePer', 'task', 'words'] as const),
  ...(['model', 'ladder', 'gaps', 'formats'] as const),
];
/** Those that say by null that there is none. */
const NULLABLE = ['prompt', 'hotwords', 'out'] as const satisfies readonly (keyof TranscriptionOptions)[];

/** Whether nothing is left to be decided of a request, as Longhand's own client gives it. */
export function isDecided(asked: unknown): asked is TranscriptionRequest {
  const { source, options, tenant } = (asked ?? {}) as Partial<TranscriptionRequest>;
  if (!source || !options) return false;
  const named = [source.uri, source.name, ...OPTIONS.map((name) => options[name])];
  const said = [tenant, source.sha256, ...NULLABLE.map((name) => options[name])];
  return (
    named.every((field) => field !== undefined && field !== null) &&
    said.every((field) => field !== undefined) &&
    (options.out === null || /^file:.*\/$/.test(options.out))
  );
}
