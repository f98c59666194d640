export { buildGraphs } from './build.ts';
export { GRAPH_VERSION, verifyGraphs } from './manifest.ts';
export type { GraphManifest } from './manifest.ts';
export { PRECISIONS } from './precision.ts';
export type { Precision } from './precision.ts';
export { WhisperSession } from './session.ts';
export type { DecodeRow, Device, Encoded, SessionOptions, WindowResult } from './session.ts';
export type { Segment } from './tokens.ts';
export { SAMPLE_RATE, WINDOW_SAMPLES } from './window.ts';
