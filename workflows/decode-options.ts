import type { DecodeOptions, TranscriptionOptions } from './contract.ts';

/** The options of a transcription that its chunks are decoded with, beside a language. */
export type Wording = Pick<TranscriptionOptions, 'languages' | 'task' | 'prompt' | 'hotwords' | 'words'>;

/** What a chunk is decoded with, without what is default. `language`: a code, or `auto`. */
export function decodeOptions(
  { languages, task, prompt, hotwords, words }: Wording,
  language: string,
): DecodeOptions {
  return {
    language,
    ...(language === 'auto' && languages.length > 0 && { languages }),
    ...(task === 'translate' && { task }),
    ...(prompt !== null && { prompt }),
    ...(hotwords !== null && { hotwords }),
    ...(words && { words }),
  };
}
