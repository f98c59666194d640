import type { TranscriptionOptions, TranscriptionRequest } from './contract.ts';

/** The options that every decided request has; the others may be left out of one. */
const OPTIONS: readonly (keyof TranscriptionOptions)[] = [
  ...(['language', 'languages', 'languagePer', 'task', 'prompt', 'hotwords', 'words'] as const),
  ...(['model', 'ladder', 'gaps', 'formats', 'out'] as const),
];

/** Whether nothing is left to be decided of a request, as Longhand's own client gives it. */
export function isDecided(asked: unknown): asked is TranscriptionRequest {
  const { source, options, tenant } = (asked ?? {}) as Partial<TranscriptionRequest>;
  const fields = [
    tenant,
    source?.uri,
    source?.name,
    source?.sha256,
    ...OPTIONS.map((name) => options?.[name]),
  ];
  return fields.every((field) => field !== undefined);
}
