/** What may be asked of the decoder for one window, all that may change its text beside samples and model. */
export interface DecodeOptions {
  /** Whisper's language code, or `auto` to detect it. */
  readonly language: string;
  /** Whether each word gets its time. */
  readonly words?: boolean;
}
