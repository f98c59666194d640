import type { WindowResult } from '../../models/whisper/session.ts';

/** What an engine is sure to have heard: English, in these segments. */
export const heard = (segments: WindowResult['segments']): WindowResult => ({
  language: 'en',
  languageProbability: 1,
  noSpeech: 0,
  averageLogProbability: 0,
  temperature: 0,
  isWhole: true,
  tokens: [],
  segments,
});
