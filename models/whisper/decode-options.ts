/**
 * What may be asked of the decoder for one window, all that may change its text beside samples and model. What is left
 * out is the default, so that equal wishes are equal data.
 */
export interface DecodeOptions {
  /** Whisper's language code, or `auto` to detect it. */
  readonly language: string;
  /** Codes among which `auto` chooses. @default all that the model knows */
  readonly languages?: readonly string[];
  /** Makes English of the speech. @default what is said in its own language */
  readonly task?: 'translate';
  /** Text that the speech goes on from, whose spelling and manner it takes. */
  readonly prompt?: string;
  /** Words that may be spoken. */
  readonly hotwords?: string;
  /** Whether each word gets its time. */
  readonly words?: boolean;
}
