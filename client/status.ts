/** How a transcription stands: at work, or how it ended. */
export const STATUSES = ['running', 'completed', 'failed', 'cancelled', 'terminated', 'timed out'] as const;
export type TranscriptionStatus = (typeof STATUSES)[number];
