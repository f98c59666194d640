export { section } from './section.ts';
export { transcription } from './transcription.ts';
