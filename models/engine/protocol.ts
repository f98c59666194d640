import type { ErrorCode } from '../../workflows/errors.ts';
import type { DecodeOptions } from '../whisper/decode-options.ts';
import type { Device } from '../whisper/device.ts';
import type { Precision } from '../whisper/precision.ts';
import type { WindowResult } from '../whisper/session.ts';

/** What an engine loads: everything that, beside samples and decode options, decides a window's text. */
export interface EngineModel {
  /** Folder of the verified weights, tokenizer and configuration. */
  readonly folder: string;
  /** Folder of the graphs built from them. */
  readonly graphs: string;
  readonly precision: Precision;
}

export interface EngineSettings {
  readonly device: Device;
  /** Threads of one inference. */
  readonly threads: number;
  /** The most windows decoded together. */
  readonly batch: number;
  /** Bytes that the engine may hold on the host; without it, as much as the machine has. */
  readonly memory?: number;
}

/** One window to transcribe. */
export interface Window {
  readonly model: EngineModel;
  /** 16 kHz mono, at most 30 s. */
  readonly pcm: Int16Array;
  readonly decode: DecodeOptions;
  /** Whether no other window may be decoded with it: it may have ended an engine. */
  readonly isAlone?: boolean;
}

/** What an engine does with a window; before the first of them it waits. One that needs another model is first to wait for it. */
export type WindowState = 'loading' | 'encoding' | 'decoding';

/** Milliseconds measured by the warm-up. */
export interface Warmup {
  readonly load: number;
  readonly window: number;
}

export type ToEngine =
  | { readonly type: 'start'; readonly settings: EngineSettings; readonly model: EngineModel }
  | { readonly type: 'window'; readonly id: number; readonly window: Window }
  | { readonly type: 'cancel'; readonly id: number };

/** `alive` is sent after each blocking step; everything an engine sends counts as a sign of life. */
export type FromEngine =
  | { readonly type: 'ready'; readonly warmup: Warmup }
  | { readonly type: 'alive' }
  | { readonly type: 'state'; readonly id: number; readonly state: WindowState }
  | { readonly type: 'result'; readonly id: number; readonly result: WindowResult }
  | { readonly type: 'failed'; readonly id: number; readonly code: ErrorCode; readonly message: string }
  /** It holds more than its limit with a fresh session as well: only its end gives that back. */
  | { readonly type: 'exceeded' }
  | { readonly type: 'fatal'; readonly code: ErrorCode; readonly message: string };

export function sameModel(a: EngineModel, b: EngineModel): boolean {
  return a.folder === b.folder && a.graphs === b.graphs && a.precision === b.precision;
}
