/** Options of a transcription that ask for nothing particular. */
export const PLAIN = {
  languages: [],
  languagePer: 'chunk',
  task: 'transcribe',
  prompt: null,
  hotwords: null,
  words: false,
} as const;
