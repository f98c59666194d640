export { toLonghandError } from './failure.ts';
export { workflowIdOf } from './identity.ts';
export { canonicalOptions, type WantedOptions } from './options.ts';
export { fileSource } from './source.ts';
export { progressOf, startOrAttach, type Transcription } from './transcription.ts';
