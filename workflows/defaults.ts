import type { Format } from './contract.ts';

/** What stands where nobody names anything else: for clients, workers and the command line alike. */

/** Name of a model in the catalogue. */
export const DEFAULT_MODEL = 'base';
/** Formats of a transcript's files; the others are asked for by name. */
export const DEFAULT_FORMATS: readonly Format[] = ['json', 'srt', 'tsv', 'txt', 'vtt'];
/** Where Temporal's own servers listen. */
export const DEFAULT_ADDRESS = 'localhost:7233';
/** The Temporal namespace that a new server has. */
export const DEFAULT_NAMESPACE = 'default';
