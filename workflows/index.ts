export { reply } from './reply.ts';
export { section } from './section.ts';
export { transcription } from './transcription.ts';
