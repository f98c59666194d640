/** Those of them that may change the text. */
export const DECIDING = {
  languages: [],
  languagePer: 'chunk',
  task: 'transcribe',
  prompt: null,
  hotwords: null,
  words: false,
  ladder: [],
  text: [],
} as const;

/** Options of a transcription that ask for nothing particular. */
export const PLAIN = { ...DECIDING, gaps: 'mark' } as const;
