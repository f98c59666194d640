/** Bounds of one fetch. */
export interface Limits {
  /** Of the source. */
  readonly bytes: number;
  /** Of an answer's head. */
  readonly headerBytes: number;
  readonly redirects: number;
  /** Milliseconds of the whole. */
  readonly total: number;
  /** Milliseconds until a server answers, name service and handshakes with it. */
  readonly answer: number;
  /** Milliseconds without a byte. */
  readonly stall: number;
  /** Tries to go on in a row that may bring nothing new, and the milliseconds before the first; each waits twice as long. */
  readonly tries: number;
  readonly pause: number;
}

/** Ten gigabytes are 100 hours of sound at 222 kbit/s. */
export const LIMITS: Limits = {
  bytes: 10 * 1024 ** 3,
  headerBytes: 16 * 1024,
  redirects: 5,
  total: 6 * 3600 * 1000,
  answer: 30_000,
  stall: 30_000,
  tries: 4,
  pause: 500,
};
