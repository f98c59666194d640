import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';

const read = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../docs/schema/${name}.json`, import.meta.url), 'utf8')) as object;

export type Schema =
  'transcript-2' | 'run-report-2' | 'request-1' | 'result-1' | 'queue-request-1' | 'queue-reply-1';

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
const validators: Readonly<Record<Schema, ValidateFunction>> = {
  'transcript-2': ajv.compile(read('transcript-2')),
  'run-report-2': ajv.compile(read('run-report-2')),
  'queue-request-1': ajv.compile(read('queue-request-1')),
  'queue-reply-1': ajv.compile(read('queue-reply-1')),
  'request-1': ajv.compile(read('request-1')),
  'result-1': ajv.compile(read('result-1')),
};

/** What is wrong with `document` by a published schema; an empty list where nothing is. */
export function schemaErrors(schema: Schema, document: unknown): string[] {
  const validate = validators[schema];
  validate(document);
  return (validate.errors ?? []).map(
    ({ instancePath, message }: ErrorObject) => `${instancePath} ${message ?? ''}`,
  );
}
